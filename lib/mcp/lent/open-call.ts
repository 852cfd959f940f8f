import { follow } from '../../base/on-abort.ts';

/** A call as it is begun, and what it is begun with. */
export interface Call<T> {
  /** The caller's own. */
  readonly signal?: AbortSignal | undefined;
  readonly begin: (signal: AbortSignal) => Promise<T>;
  /** Of a result, when that is over; `undefined`: it is. */
  readonly over?: (result: T) => PromiseLike<unknown> | undefined;
}

/** A call under way, which can be ended from without. */
export class OpenCall<T> {
  readonly outcome: Promise<T>;
  readonly #abort = new AbortController();
  readonly #onEnd: (call: OpenCall<T>) => void;
  readonly #unfollow: (() => void) | undefined;
  #resolve: (result: T) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  /** Begins it; throws what `begin` throws. `onEnd`: it, and what it has begun, have ended by themselves. */
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

  /** Ends it for its caller at once, and then for the server. */
  error(reason: unknown): void {
    // Who does not wait for a call must not bring down the process by leaving it.
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
