import type { AsyncResource } from 'node:async_hooks';
import type { Observable, ObservableInput, Unsubscribable } from 'rxjs';
import { currentContext } from '../base/async-context.ts';
import { duration } from '../base/durations.ts';
import { PoolError } from '../errors.ts';
import { report } from '../base/report.ts';
import type { Lease } from '../checkout/lease.ts';
import type { Followed, RetryPolicy, RequestStatus } from './retry.ts';
import { Use } from './use.ts';
import type { Job } from './job.ts';

/**
 * A use that is begun again, with another lease, when its work fails and the policy says so. Its user is told what comes
 * of the last attempt only, and one after the other: the lease of an attempt is back before the next is asked for.
 *
 * A checkout that fails is not retried: it has its own time limit, and a queue of its own to wait in.
 */
export class Attempts<C, T, Request> implements Job<C, T>, Unsubscribable {
  readonly #user: Job<C, T>;
  readonly #policy: RetryPolicy<Request>;
  readonly #request: Request;
  /** Of whoever asks. */
  readonly #context: AsyncResource;
  #followed: Followed<Request> | undefined;
  #lease$: Observable<Lease<C>> | undefined;
  #use: Use<C, T> | undefined;
  #over = false;
  #attempt = 0;
  #begun = false;
  #emitted = 0;
  #last: T | undefined;
  /** Why the last attempt failed that had a lease. */
  #lastReason: unknown;
  /** After how long the next attempt is to begin, in milliseconds; `undefined` while none is. */
  #nextAfterMs: number | undefined;
  #asking = false;

  /** `context` is that of whoever asks: that of right now, unless somebody has kept it. */
  constructor(
    user: Job<C, T>,
    policy: RetryPolicy<Request>,
    request: Request,
    context: AsyncResource = currentContext(),
  ) {
    this.#context = context;
    this.#user = user;
    this.#policy = policy;
    this.#request = request;
  }

  /** Whether it is over, or nobody wants it any more. */
  get closed(): boolean {
    return this.#over || this.#user.closed;
  }

  /** What is asked: the request, or what the policy has put in its place. */
  get request(): Request {
    return this.#followed?.request ?? this.#request;
  }

  /** Asks for the first lease; throws what the policy throws at the request. */
  begin(lease$: Observable<Lease<C>>): void {
    this.#followed = this.#policy.follow(this.#request);
    this.#lease$ = lease$;
    this.#ask(0);
  }

  work(connection: C, lease: Lease<C>): ObservableInput<T> {
    this.#begun = true;
    this.#followed?.begun?.(connection);
    return this.#user.work(connection, lease);
  }

  next(value: T): void {
    this.#emitted++;
    this.#last = value;
    this.#user.next(value);
  }

  complete(): void {
    if (this.#over) return;
    this.#end('answered', this.#last);
    this.#user.complete();
  }

  /** An attempt failed: that is told where a connection breaks, and the next one is the caller's all the same. */
  error(reason: unknown): void {
    if (!this.#over) this.#context.runInAsyncScope(this.#failed, this, reason);
  }

  unsubscribe(): void {
    if (this.#over) return;
    this.#end('cancelled', undefined);
    this.#use?.unsubscribe();
  }

  #failed(reason: unknown): void {
    const verdict = this.#judge(reason);
    // Whoever was asked may have ended it.
    if (this.#isOver()) return;
    if ('afterMs' in verdict && !this.#user.closed) {
      this.#lastReason = reason;
      this.#ask(verdict.afterMs);
      return;
    }
    const told = 'reason' in verdict ? verdict.reason : reason;
    this.#end('failed', told);
    this.#user.error(told);
  }

  #end(status: RequestStatus, outcome: unknown): void {
    this.#over = true;
    try {
      this.#followed?.ended?.(status, outcome);
    } catch (error) {
      report(error);
    }
  }

  #isOver(): boolean {
    return this.#over;
  }

  /** Whether there is to be another attempt, or else what the user is told. */
  #judge(reason: unknown): { readonly afterMs: number } | { readonly reason: unknown } {
    if (this.#use?.leased !== true) return { reason: this.#refusalOr(reason) };
    const failed = {
      request: this.#request,
      attempt: this.#attempt,
      begun: this.#begun,
      emitted: this.#emitted,
    };
    try {
      const afterMs = this.#user.closed ? undefined : delayOf(this.#followed?.failed(reason, failed));
      return afterMs === undefined ? { reason } : { afterMs };
    } catch (error) {
      return { reason: error };
    }
  }

  /** A pool that is closed retries nothing: then what is told is why it was to be retried. */
  #refusalOr(reason: unknown): unknown {
    const isClosed = reason instanceof PoolError && (reason as PoolError).code === 'POOL_CLOSED';
    return isClosed && this.#attempt > 1 ? this.#lastReason : reason;
  }

  #ask(afterMs: number): void {
    this.#nextAfterMs = afterMs;
    // A loop, not recursion: attempts that fail synchronously would grow the stack with their number.
    if (this.#asking) return;
    this.#asking = true;
    for (let ms = this.#takeNext(); ms !== undefined; ms = this.#takeNext()) this.#attemptAfter(ms);
    this.#asking = false;
  }

  #takeNext(): number | undefined {
    const afterMs = this.#over ? undefined : this.#nextAfterMs;
    this.#nextAfterMs = undefined;
    return afterMs;
  }

  #attemptAfter(ms: number): void {
    const lease$ = this.#lease$;
    if (lease$ === undefined) return;
    this.#attempt++;
    this.#begun = false;
    const use = new Use<C, T>(this);
    this.#use = use;
    const begin = (): void => {
      try {
        use.begin(lease$, ms);
      } catch (error) {
        // A pool that is not one of ours may throw.
        use.error(error);
      }
    };
    if (this.#followed?.within === undefined) begin();
    else this.#followed.within(begin);
  }
}

/** In milliseconds; `undefined`: never. Throws a `RangeError` or `TypeError` for what is no duration. */
function delayOf(decision: boolean | number | undefined): number | undefined {
  if (decision === undefined || decision === false || decision === Infinity) return undefined;
  return decision === true ? 0 : duration('the delay of retry', decision);
}
