import type { Unsubscribable } from 'rxjs';
import type { PoolError } from '../../errors.ts';
import type { Delivery } from '../../events/inbox.ts';
import type { NextRequest } from '../../state/pool-state.ts';
import type { DeadlineList, Timed } from '../../base/deadlines.ts';
import { type Lease, PoolLease } from '../lease.ts';

/** Receives the lease of a checkout, or its error. An RxJS `Subscriber` is one. */
export interface Receiver<C> {
  /** Whether the caller has unsubscribed. */
  readonly closed: boolean;
  next(lease: Lease<C>): void;
  error(reason: unknown): void;
  complete(): void;
}

/** The live side of a waiter: passes the lease or the error to its receiver. It settles exactly once. */
export class PendingCheckout<C> implements Delivery, Unsubscribable, Timed<PendingCheckout<C>> {
  // Small, for ten thousand may wait: fields that the state has as well are copied flat, and the deadline is computed.
  readonly waiter: number;
  readonly priority: number;
  readonly key: string | undefined;
  readonly since: number;
  /** The timeout in milliseconds; 0: none. */
  readonly timeoutMs: number;
  /** The stack trace of the checkout call, if leaks are detected. */
  readonly stack: string | undefined;
  list: DeadlineList<PendingCheckout<C>> | undefined = undefined;
  previous: PendingCheckout<C> | undefined = undefined;
  following: PendingCheckout<C> | undefined = undefined;
  readonly #receiver: Receiver<C>;
  readonly #leave: (pending: PendingCheckout<C>) => void;
  #outcome: PoolLease<C> | PoolError | 'told' | undefined;

  /** `leave` is called when the receiver unsubscribes before this has settled. */
  constructor(
    receiver: Receiver<C>,
    waiter: number,
    { priority, key, since }: NextRequest,
    timeoutMs: number,
    stack: string | undefined,
    leave: (pending: PendingCheckout<C>) => void,
  ) {
    this.#receiver = receiver;
    this.waiter = waiter;
    this.priority = priority;
    this.key = key;
    this.since = since;
    this.timeoutMs = timeoutMs;
    this.stack = stack;
    this.#leave = leave;
  }

  /** When the timeout ends, in milliseconds of the monotonic clock; `Infinity`: never. */
  get deadline(): number {
    return this.timeoutMs === 0 ? Infinity : this.since + this.timeoutMs;
  }

  /** Decides the outcome; the receiver learns it when this is delivered. */
  settle(outcome: PoolLease<C> | PoolError): void {
    this.#outcome = outcome;
  }

  /**
   * The receiver has unsubscribed: leaves the queue. A lease that was on its way is checked in at once, so that it
   * reaches the next waiter in the same tick.
   */
  unsubscribe(): void {
    const outcome = this.#outcome;
    this.#outcome = 'told';
    if (outcome === undefined) this.#leave(this);
    else if (outcome instanceof PoolLease) outcome.checkin();
  }

  deliver(): void {
    const outcome = this.#outcome;
    if (outcome === undefined || outcome === 'told') return;
    // From here on the lease belongs to the receiver; a later `unsubscribe` must not check it in.
    this.#outcome = 'told';
    if (!(outcome instanceof PoolLease)) {
      this.#receiver.error(outcome);
    } else if (this.#receiver.closed) {
      outcome.checkin();
    } else {
      this.#receiver.next(outcome);
      this.#receiver.complete();
    }
  }
}
