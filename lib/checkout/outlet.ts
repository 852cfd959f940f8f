import type { Subscriber } from 'rxjs';

/** A request's place in the order of the responses: it keeps what it emits until those before it are done. */
export interface Turn {
  kept: unknown[];
  done: boolean;
  following: Turn | undefined;
}

/** How the responses come out. */
export interface OutletOptions {
  /** In the order in which the requests began. */
  readonly ordered: boolean;
  /** Each as a `PromiseSettledResult`. */
  readonly settle: boolean;
}

/** Where the responses of one subscription to `withConnection` come out; completes when nothing more can. */
export class Outlet {
  readonly #subscriber: Subscriber<unknown>;
  readonly #options: OutletOptions;
  /** The turns that are not done, and done ones behind them; only with `ordered`. */
  #first: Turn | undefined;
  #last: Turn | undefined;
  /** Requests that have begun and of which something may still come out. */
  #open = 0;
  #giving = false;
  #completed = false;

  constructor(subscriber: Subscriber<unknown>, options: OutletOptions) {
    this.#subscriber = subscriber;
    this.#options = options;
  }

  /** A request begins; its turn, with which everything of it is told, is `undefined` where the order is free. */
  begin(): Turn | undefined {
    this.#open++;
    if (!this.#options.ordered) return undefined;
    const turn: Turn = { kept: [], done: false, following: undefined };
    if (this.#last === undefined) this.#first = turn;
    else this.#last.following = turn;
    this.#last = turn;
    return turn;
  }

  emit(value: unknown, turn: Turn | undefined): void {
    this.#put(this.#options.settle ? { status: 'fulfilled', value } : value, turn);
  }

  fail(reason: unknown, turn: Turn | undefined): void {
    if (this.#options.settle) this.#put({ status: 'rejected', reason }, turn);
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

  #put(value: unknown, turn: Turn | undefined): void {
    const isFirst = turn === undefined || (turn === this.#first && !this.#giving);
    if (isFirst) this.#subscriber.next(value);
    else turn.kept.push(value);
  }

  /** Gives out what the first turn has kept and, when it is done, the next one. */
  #give(): void {
    // Who is given one value may make another turn emit or end; that must not overtake what is still kept here.
    if (this.#giving) return;
    this.#giving = true;
    for (let first = this.#first; first !== undefined; first = this.#first) {
      this.#empty(first);
      if (!first.done) break;
      this.#open--;
      this.#first = first.following;
      if (this.#first === undefined) this.#last = undefined;
    }
    this.#giving = false;
  }

  #empty(turn: Turn): void {
    while (turn.kept.length > 0) {
      const { kept } = turn;
      turn.kept = [];
      for (const value of kept) this.#subscriber.next(value);
    }
  }

  #completeWhenDone(): void {
    if (this.#completed && this.#open === 0) this.#subscriber.complete();
  }
}
