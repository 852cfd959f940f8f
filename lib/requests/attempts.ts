import type { AsyncContext } from '../base/async-context.ts';
import { duration } from '../base/durations.ts';
import { report } from '../base/report.ts';
import { PoolError } from '../errors.ts';
import type { Followed, RequestStatus, RetryPolicy } from './retry.ts';

/** What an attempt failed of. */
interface Failure {
  readonly reason: unknown;
  /** Whether there was a lease; else it is the checkout that failed. */
  readonly isLeased: boolean;
  /** Whether the work was asked for. */
  readonly hadBegun: boolean;
}

/** The attempts of a request that a policy follows: what it has to know of them, and whether there is to be another. */
export class Attempts<Request> {
  /** Of whoever asks. */
  readonly #context: AsyncContext;
  readonly #policy: RetryPolicy<Request>;
  readonly #request: Request;
  #attempt: ((afterMs: number) => void) | undefined;
  #followed: Followed<Request> | undefined;
  #count = 0;
  /** Of all attempts. */
  #emitted = 0;
  #last: unknown;
  /** Why the last attempt failed that had a lease. */
  #lastReason: unknown;
  /** After how long the next attempt is to begin, in milliseconds; `undefined` while none is. */
  #dueAfterMs: number | undefined;
  #isBusy = false;

  constructor(policy: RetryPolicy<Request>, request: Request, context: AsyncContext) {
    this.#policy = policy;
    this.#request = request;
    this.#context = context;
  }

  /** Begins the first; each is begun by `attempt`. Throws what the policy throws at the request. */
  begin(attempt: (afterMs: number) => void): void {
    this.#followed = this.#policy.follow(this.#request);
    this.#attempt = attempt;
    this.inTurn(() => {
      this.#dueAfterMs = 0;
    });
  }

  /**
   * Does a step of an attempt, and begins whatever attempt is due after that: the one before has done all it does by then.
   * A loop, not recursion: attempts that fail synchronously would grow the stack with their number.
   */
  inTurn(step: () => void): void {
    if (this.#isBusy) {
      step();
      return;
    }
    this.#isBusy = true;
    try {
      step();
      while (this.#dueAfterMs !== undefined) this.#context.runInAsyncScope(this.#next, this, this.#dueAfterMs);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Calls `begin`, in which an attempt begins. */
  within(begin: () => void): void {
    if (this.#followed?.within === undefined) begin();
    else this.#followed.within(begin);
  }

  /** The same, in the context of whoever asks. */
  inContext(step: () => void): void {
    this.inTurn(() => {
      this.#context.runInAsyncScope(step);
    });
  }

  /** The context in which each attempt begins; `undefined` where the policy puts each into one of its own. */
  get contextOfEach(): AsyncContext | undefined {
    return this.#followed?.within === undefined ? this.#context : undefined;
  }

  /** The work begins on this connection. Returns what is asked: the request, or what the policy has put in its place. */
  begun(connection: unknown): Request {
    this.#followed?.begun?.(connection);
    return this.#followed?.request ?? this.#request;
  }

  emitted(value: unknown): void {
    this.#emitted++;
    this.#last = value;
  }

  /**
   * An attempt failed: after how many milliseconds there is to be another, or else what is told. A checkout that fails is
   * not retried: it has its own time limit, and a queue of its own to wait in.
   */
  judge({ reason, isLeased, hadBegun }: Failure): { readonly afterMs?: number; readonly told: unknown } {
    if (!isLeased) return { told: this.#refusalOr(reason) };
    const failed = { request: this.#request, attempt: this.#count, begun: hadBegun, emitted: this.#emitted };
    try {
      const afterMs = delayOf(this.#followed?.failed(reason, failed));
      return afterMs === undefined ? { told: reason } : { afterMs, told: reason };
    } catch (error) {
      return { told: error };
    }
  }

  /** Another attempt is due, since the last failed for this reason. */
  again(afterMs: number, reason: unknown): void {
    this.#lastReason = reason;
    this.#dueAfterMs = afterMs;
  }

  answered(): void {
    this.ended('answered', this.#last);
  }

  /** The request is over: no attempt is due any more. */
  ended(status: RequestStatus, outcome: unknown): void {
    this.#dueAfterMs = undefined;
    try {
      this.#followed?.ended?.(status, outcome);
    } catch (error) {
      report(error);
    }
  }

  #next(afterMs: number): void {
    this.#dueAfterMs = undefined;
    this.#count++;
    this.#attempt?.(afterMs);
  }

  /** A pool that is closed retries nothing: then what is told is why it was to be retried. */
  #refusalOr(reason: unknown): unknown {
    const isClosed = reason instanceof PoolError && (reason as PoolError).code === 'POOL_CLOSED';
    return isClosed && this.#count > 1 ? this.#lastReason : reason;
  }
}

/** In milliseconds; `undefined`: never. Throws a `RangeError` or `TypeError` for what is no duration. */
function delayOf(decision: boolean | number | undefined): number | undefined {
  if (decision === undefined || decision === false || decision === Infinity) return undefined;
  return decision === true ? 0 : duration('the delay of retry', decision);
}
