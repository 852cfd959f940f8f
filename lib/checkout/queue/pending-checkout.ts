import { Subscription } from 'rxjs';
import type { DeadlineList, Timed } from '../../base/deadlines.ts';
import type { PoolError } from '../../errors.ts';
import type { Delivery } from '../../events/delivery.ts';
import { type Lease, PoolLease } from '../lease.ts';
import type { QueuedWaiter } from './queued-waiter.ts';

/** Where a waiter waits. */
export interface Queue<C> {
  /** A waiter leaves before it is served. */
  leave(pending: PendingCheckout<C>): void;
}

/**
 * The live side of a waiter: passes the lease or the error to whoever asked. It settles exactly once. As a subscription it
 * is what somebody who subscribes gets: there is no other object for a waiter but its entry in the state.
 */
export abstract class PendingCheckout<C> extends Subscription implements Delivery, Timed<PendingCheckout<C>> {
  // Small, for ten thousand may wait, and the deadline is computed. Declared, for a field with a value of its own costs a
  // call more for each.
  declare readonly waiter: QueuedWaiter<PendingCheckout<C>>;
  /** The timeout in milliseconds; 0: none. */
  declare readonly timeoutMs: number;
  /** The stack trace of the checkout call, if leaks are detected. */
  declare readonly stack: string | undefined;
  declare list: DeadlineList<PendingCheckout<C>> | undefined;
  declare previous: PendingCheckout<C> | undefined;
  declare following: PendingCheckout<C> | undefined;
  readonly #queue: Queue<C>;
  #outcome: PoolLease<C> | PoolError | 'told' | undefined;

  constructor(queue: Queue<C>, waiter: QueuedWaiter<PendingCheckout<C>>, timeoutMs: number, stack: string | undefined) {
    super();
    this.#queue = queue;
    this.waiter = waiter;
    this.timeoutMs = timeoutMs;
    this.stack = stack;
    this.list = undefined;
    this.previous = undefined;
    this.following = undefined;
  }

  /** When the timeout ends, in milliseconds of the monotonic clock; `Infinity`: never. */
  get deadline(): number {
    return this.timeoutMs === 0 ? Infinity : this.waiter.since + this.timeoutMs;
  }

  /** Decides the outcome; whoever asked learns it when this is delivered. */
  settle(outcome: PoolLease<C> | PoolError): void {
    this.#outcome = outcome;
  }

  /**
   * Whoever asked does not want it any more: leaves the queue. A lease that was on its way is checked in at once, so that it
   * reaches the next waiter in the same tick.
   */
  override unsubscribe(): void {
    const outcome = this.#outcome;
    this.#outcome = 'told';
    if (outcome === undefined) this.#queue.leave(this);
    else if (outcome instanceof PoolLease) outcome.checkin();
    super.unsubscribe();
  }

  deliver(): void {
    const outcome = this.#outcome;
    if (outcome === undefined || outcome === 'told') return;
    // From here on the lease belongs to whoever asked; a later `unsubscribe` must not check it in.
    this.#outcome = 'told';
    if (outcome instanceof PoolLease) this.succeed(outcome);
    else this.fail(outcome);
  }

  protected abstract succeed(lease: Lease<C>): void;

  protected abstract fail(reason: PoolError): void;
}
