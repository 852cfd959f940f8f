import type { Subscriber } from 'rxjs';
import type { Linked } from '../base/linked-list.ts';

/** A request's place in the order of the responses: it keeps what it emits until those before it are done. */
export interface Turn {
  kept: unknown[];
  done: boolean;
  following: Turn | undefined;
  /** Requests turned away one after the other share a turn: so often what is kept here comes out. */
  times: number;
}

/** Who has a turn, where the responses have an order, and a place among those that are under way. */
export abstract class TurnTaker implements Linked<TurnTaker> {
  turn: Turn | undefined = undefined;
  list: object | undefined = undefined;
  previous: this | undefined = undefined;
  following: this | undefined = undefined;
}

/** How the responses come out. */
export interface ResponsesOptions {
  /** In the order in which the requests began. */
  readonly ordered: boolean;
  /** Each as a `PromiseSettledResult`. */
  readonly settle: boolean;
}

/** Where the responses of one subscription to `withConnection` come out; completes when nothing more can. */
export class Responses {
  /** Values that may wait for their turn at once, beyond one of each request. */
  readonly mostKept: number;
  readonly #subscriber: Subscriber<unknown>;
  readonly #options: ResponsesOptions;
  /** The turns that are not done, and done ones behind them; only with `ordered`. */
  #first: Turn | undefined;
  #last: Turn | undefined;
  #open = 0;
  #kept = 0;
  #giving = false;
  #completed = false;

  constructor(subscriber: Subscriber<unknown>, options: ResponsesOptions, mostKept: number) {
    this.#subscriber = subscriber;
    this.#options = options;
    this.mostKept = mostKept;
  }

  /** Requests that were let in and of which something may still come out. */
  get open(): number {
    return this.#open;
  }

  /** Values that wait for their turn, beyond the first of each request. */
  get kept(): number {
    return this.#kept;
  }

  /** A request is let in; its turn, with which everything of it is told, is `undefined` where the order is free. */
  begin(): Turn | undefined {
    this.#open++;
    return this.#options.ordered ? this.#append([], false) : undefined;
  }

  /** A request is turned away; `reasonOf` is not asked where it shares the reason of the one before. */
  refuse(reasonOf: () => unknown): void {
    const { ordered, settle } = this.#options;
    if (!settle) this.#subscriber.error(reasonOf());
    else if (!ordered || this.#first === undefined) this.#subscriber.next(rejected(reasonOf()));
    // Without end if each had a turn of its own: a source does not stop because it is turned away.
    else if (this.#last !== undefined && this.#last.times > 0) this.#last.times++;
    else this.#append([rejected(reasonOf())], true).times = 1;
  }

  /** False where too much waits for its turn already: the value is not taken, and its request is to fail. */
  emit(value: unknown, turn: Turn | undefined): boolean {
    return this.#put(this.#options.settle ? { status: 'fulfilled', value } : value, turn, this.mostKept);
  }

  fail(reason: unknown, turn: Turn | undefined): void {
    if (this.#options.settle) this.#put(rejected(reason), turn, Infinity);
    else this.#subscriber.error(reason);
  }

  /** Nothing more comes of a request. */
  end(turn: Turn | undefined): void {
    if (turn === undefined) {
      this.#open--;
    } else {
      turn.done = true;
      this.#give();
    }
    this.#completeWhenDone();
  }

  /** No more requests begin. */
  complete(): void {
    this.#completed = true;
    this.#completeWhenDone();
  }

  #append(kept: unknown[], done: boolean): Turn {
    const turn: Turn = { kept, done, following: undefined, times: 0 };
    if (this.#last === undefined) this.#first = turn;
    else this.#last.following = turn;
    this.#last = turn;
    return turn;
  }

  #put(value: unknown, turn: Turn | undefined, most: number): boolean {
    if (turn === undefined || (turn === this.#first && !this.#giving)) {
      this.#subscriber.next(value);
      return true;
    }
    const isFurther = turn.kept.length > 0;
    if (isFurther && turn !== this.#first && this.#kept >= most) return false;
    if (isFurther) this.#kept++;
    turn.kept.push(value);
    return true;
  }

  /** Gives out what the first turn has kept and, when it is done, the next one. */
  #give(): void {
    // Who is given one value may make another turn emit or end; that must not overtake what is still kept here.
    if (this.#giving) return;
    this.#giving = true;
    for (let first = this.#first; first !== undefined; first = this.#first) {
      this.#empty(first);
      if (!first.done) break;
      if (first.times === 0) this.#open--;
      this.#first = first.following;
      if (this.#first === undefined) this.#last = undefined;
    }
    this.#giving = false;
  }

  #empty(turn: Turn): void {
    while (turn.kept.length > 0) {
      const { kept } = turn;
      turn.kept = [];
      this.#kept -= kept.length - 1;
      for (const value of kept) this.#subscriber.next(value);
      // Another one may be turned away meanwhile.
      for (let n = 1; n < turn.times; n++) this.#subscriber.next(kept[0]);
    }
  }

  #completeWhenDone(): void {
    if (this.#completed && this.#open === 0 && this.#first === undefined) this.#subscriber.complete();
  }
}

function rejected(reason: unknown): PromiseRejectedResult {
  return { status: 'rejected', reason };
}
