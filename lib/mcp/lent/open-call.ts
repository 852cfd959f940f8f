import { follow } from '../../base/on-abort.ts';

/** How a call is begun. */
export interface Call<T> {
  /** The signal of the caller. */
  readonly signal?: AbortSignal | undefined;
  readonly begin: (signal: AbortSignal) => Promise<T>;
  /** A promise that settles when something that the result stands for is over; `undefined` when nothing goes on. */
  readonly over?: (result: T) => PromiseLike<unknown> | undefined;
}

/** A call under way that can be ended from outside. */
export class OpenCall<T> {
  readonly outcome: Promise<T>;
  readonly #abort = new AbortController();
  readonly #onEnd: (call: OpenCall<T>) => void;
  readonly #unfollow: (() => void) | undefined;
  #resolve: (result: T) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  /**
   * Begins the call; throws what `begin` throws. `onEnd` is called when the call and what it has begun have ended by
   * themselves.
   */
  constructor({ signal, begin, over }: Call<T>, onEnd: (call: OpenCall<T>) => void) {
    this.#onEnd = onEnd;
    this.#unfollow = signal && follow(signal, this.#abort);
    const work = begin(this.#abort.signal);
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    work.then(
      (result) => {
        this.#done(result, over?.(result));
      },
      (reason: unknown) => {
        this.#end();
        this.#reject(reason);
      },
    );
  }

  /** Ends the call: its caller is told at once, then the server. */
  error(reason: unknown): void {
    // A caller who ignores the outcome must not bring down the process.
    this.outcome.catch(() => undefined);
    this.#reject(reason);
    this.#unfollow?.();
    this.#abort.abort(reason);
  }

  #done(result: T, rest: PromiseLike<unknown> | undefined): void {
    const end = this.#end.bind(this);
    if (rest === undefined) end();
    else rest.then(end, end);
    this.#resolve(result);
  }

  #end(): void {
    this.#unfollow?.();
    this.#onEnd(this);
  }
}
