import { type Observable, type Subscriber, takeWhile } from 'rxjs';
import { overloadedError } from '../errors.ts';

/** The options of `withConnection`, resolved. */
export interface FlowOptions {
  readonly concurrency: number;
  readonly buffer: number;
  readonly ordered: boolean;
  readonly settle: boolean;
}

/** One request under way; with `ordered` it keeps what it emits until those before it are done. */
interface Turn {
  kept: unknown[];
  done: boolean;
}

/** The requests of one subscription to `withConnection`: so many at once, the others held back within bounds. */
export class RequestFlow<Request, Response> {
  readonly #serve: (request: Request) => Observable<Response>;
  readonly #subscriber: Subscriber<unknown>;
  readonly #options: FlowOptions;
  readonly #held: Request[] = [];
  /** Turns that are not done, and done ones behind them, in the order of the requests; only with `ordered`. */
  readonly #turns: Turn[] = [];
  #firstHeld = 0;
  #running = 0;
  #starting = false;
  #giving = false;
  #sourceCompleted = false;

  constructor(
    serve: (request: Request) => Observable<Response>,
    subscriber: Subscriber<unknown>,
    options: FlowOptions,
  ) {
    this.#serve = serve;
    this.#subscriber = subscriber;
    this.#options = options;
  }

  run(source$: Observable<Request>): void {
    // A source that emits synchronously and without end has to be stopped from within.
    const isAsked = (): boolean => !this.#subscriber.closed;
    this.#subscriber.add(
      source$.pipe(takeWhile(isAsked)).subscribe({
        next: (request) => {
          this.#take(request);
        },
        error: (error: unknown) => {
          this.#subscriber.error(error);
        },
        complete: () => {
          this.#sourceCompleted = true;
          this.#completeWhenDone();
        },
      }),
    );
  }

  #take(request: Request): void {
    const waiting = this.#held.length - this.#firstHeld;
    const mustWait = this.#running >= this.#options.concurrency || waiting > 0;
    if (mustWait && waiting >= this.#options.buffer) {
      const turn = this.#newTurn();
      this.#fail(overloadedError(waiting, this.#options.buffer), turn);
      this.#finish(turn);
      return;
    }
    this.#held.push(request);
    this.#startHeld();
  }

  // A loop, not recursion: requests that are answered synchronously would grow the stack with their number.
  #startHeld(): void {
    if (this.#starting) return;
    this.#starting = true;
    while (
      this.#running < this.#options.concurrency &&
      this.#firstHeld < this.#held.length &&
      !this.#subscriber.closed
    ) {
      this.#start(this.#held[this.#firstHeld++] as Request);
      if (this.#firstHeld === this.#held.length || this.#firstHeld === 1024) {
        this.#held.splice(0, this.#firstHeld);
        this.#firstHeld = 0;
      }
    }
    this.#starting = false;
  }

  #start(request: Request): void {
    this.#running++;
    const turn = this.#newTurn();
    const subscription = this.#serveSafely(request, turn)?.subscribe({
      next: (value) => {
        this.#emit(this.#options.settle ? { status: 'fulfilled', value } : value, turn);
      },
      error: (error: unknown) => {
        this.#fail(error, turn);
        this.#end(turn);
      },
      complete: () => {
        this.#end(turn);
      },
    });
    if (subscription === undefined || subscription.closed) return;
    this.#subscriber.add(subscription);
    subscription.add(() => {
      this.#subscriber.remove(subscription);
    });
  }

  /** The user's `checkout` function may throw. */
  #serveSafely(request: Request, turn: Turn | undefined): Observable<Response> | undefined {
    try {
      return this.#serve(request);
    } catch (error) {
      this.#fail(error, turn);
      this.#end(turn);
      return undefined;
    }
  }

  #end(turn: Turn | undefined): void {
    this.#running--;
    this.#finish(turn);
    this.#startHeld();
    this.#completeWhenDone();
  }

  #completeWhenDone(): void {
    const isDone = this.#running === 0 && this.#held.length === this.#firstHeld && this.#turns.length === 0;
    if (this.#sourceCompleted && isDone) this.#subscriber.complete();
  }

  #newTurn(): Turn | undefined {
    if (!this.#options.ordered) return undefined;
    const turn = { kept: [], done: false };
    this.#turns.push(turn);
    return turn;
  }

  #fail(reason: unknown, turn: Turn | undefined): void {
    if (this.#options.settle) this.#emit({ status: 'rejected', reason }, turn);
    else this.#subscriber.error(reason);
  }

  #emit(value: unknown, turn: Turn | undefined): void {
    const isFirst = turn === undefined || (turn === this.#turns[0] && !this.#giving);
    if (isFirst) this.#subscriber.next(value);
    else turn.kept.push(value);
  }

  #finish(turn: Turn | undefined): void {
    if (turn === undefined) return;
    turn.done = true;
    this.#give();
  }

  /** Gives out what the first turn has kept and, when it is done, the next one. */
  #give(): void {
    // Who is given one value may make another turn emit or end; that must not overtake what is still kept here.
    if (this.#giving) return;
    this.#giving = true;
    for (let first = this.#turns[0]; first !== undefined; first = this.#turns[0]) {
      while (first.kept.length > 0) {
        const { kept } = first;
        first.kept = [];
        for (const value of kept) this.#subscriber.next(value);
      }
      if (!first.done) break;
      this.#turns.shift();
    }
    this.#giving = false;
    this.#completeWhenDone();
  }
}
