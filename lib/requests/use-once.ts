import type { Observable, ObservableInput } from 'rxjs';
import { reporting } from '../base/report.ts';
import type { Lease } from '../checkout/lease.ts';
import { Attempts } from './attempts.ts';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { onAbort } from '../base/on-abort.ts';
import { type Retry, type RetryPolicy, policyOf } from './retry.ts';
import { Use } from './use.ts';
import { type Job, type Work, inputOf } from './job.ts';

/** What a single use may ask for. */
export interface UseOptions extends CheckoutOptions {
  /** Whether work that failed is done again with another lease; it is not where this is left out. */
  readonly retry?: Retry<undefined> | RetryPolicy<undefined> | false | undefined;
}

/** One use for people who live in promises: the last value of the work, `undefined` when there is none. */
export function useOnce<C, T>(
  lease$: Observable<Lease<C>>,
  work: Work<C, T>,
  { signal, retry }: UseOptions = {},
): Promise<T> {
  const policy = policyOf(retry);
  return new Promise((resolve, reject) => {
    const user = new LastValue(work, resolve, reject);
    const use = policy === undefined ? new Use(user) : new Attempts(user, policy, undefined);
    use.begin(lease$);
    if (signal === undefined || use.closed) return;
    const end = reporting(() => {
      use.unsubscribe();
    });
    const abort = (): void => {
      end();
      user.error(signal.reason);
    };
    // The work may have aborted it before there was anything to unsubscribe from.
    if (signal.aborted) abort();
    else user.stopListening = onAbort(signal, abort);
  });
}

/** Keeps the last value. */
class LastValue<C, T> implements Job<C, T> {
  readonly closed = false;
  stopListening: (() => void) | undefined;
  readonly #work: Work<C, T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  #last: T | undefined;

  constructor(work: Work<C, T>, resolve: (value: T) => void, reject: (reason: unknown) => void) {
    this.#work = work;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  work(connection: C, lease: Lease<C>): ObservableInput<T> {
    return inputOf(this.#work(connection, lease));
  }

  next(value: T): void {
    this.#last = value;
  }

  error(reason: unknown): void {
    this.stopListening?.();
    this.#reject(reason);
  }

  complete(): void {
    this.stopListening?.();
    this.#resolve(this.#last as T);
  }
}
