import type { Subscriber } from 'rxjs';
import type { Delivery } from '../events/inbox.ts';
import type { NextRequest } from '../state/pool-state.ts';
import type { DeadlineList, Timed } from './deadlines.ts';
import type { Lease, PoolLease } from './lease.ts';

/** A waiter's live side: who gets the lease, or the error. It settles exactly once. */
export class PendingCheckout<C> implements Delivery, Timed<PendingCheckout<C>> {
  readonly waiter: number;
  readonly request: NextRequest;
  /** An instant of the monotonic clock, in milliseconds; `Infinity`: it waits for ever. */
  readonly deadline: number;
  /** Where it was asked for: a stack trace, while leaks are looked for. */
  readonly stack: string | undefined;
  list: DeadlineList<PendingCheckout<C>> | undefined = undefined;
  previous: PendingCheckout<C> | undefined = undefined;
  following: PendingCheckout<C> | undefined = undefined;
  readonly #subscriber: Subscriber<Lease<C>>;
  #outcome: { lease: PoolLease<C> } | { error: unknown } | undefined;

  /** `timeoutMs` 0: it waits for ever. */
  constructor(
    subscriber: Subscriber<Lease<C>>,
    waiter: number,
    request: NextRequest,
    timeoutMs: number,
    stack?: string,
  ) {
    this.#subscriber = subscriber;
    this.waiter = waiter;
    this.request = request;
    this.deadline = timeoutMs === 0 ? Infinity : request.since + timeoutMs;
    this.stack = stack;
  }

  /** Decides how it ends; the subscriber learns it when its turn comes. */
  settle(outcome: { lease: PoolLease<C> } | { error: unknown }): void {
    this.#outcome = outcome;
  }

  /**
   * The subscriber is gone. Returns whether it still stands in the queue; a lease that was on its way goes back at once,
   * so that it reaches the next waiter in the same tick.
   */
  cancel(): boolean {
    const outcome = this.#outcome;
    this.#outcome = { error: undefined };
    if (outcome === undefined) return true;
    if ('lease' in outcome) outcome.lease.checkin();
    return false;
  }

  deliver(): void {
    const outcome = this.#outcome;
    if (outcome === undefined) return;
    // From here on the lease is the subscriber's; leaving the queue must not give it back a second time.
    this.#outcome = { error: undefined };
    if (!('lease' in outcome)) {
      this.#subscriber.error(outcome.error);
    } else if (this.#subscriber.closed) {
      outcome.lease.checkin();
    } else {
      this.#subscriber.next(outcome.lease);
      this.#subscriber.complete();
    }
  }
}
