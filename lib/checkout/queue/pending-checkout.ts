import type { Unsubscribable } from 'rxjs';
import type { PoolError } from '../../errors.ts';
import type { Delivery } from '../../events/inbox.ts';
import type { NextRequest } from '../../state/pool-state.ts';
import type { DeadlineList, Timed } from './deadlines.ts';
import { type Lease, PoolLease } from '../lease.ts';

/** Who asked for a lease; an RxJS subscriber is one. */
export interface Receiver<C> {
  /** Whether it is gone. */
  readonly closed: boolean;
  next(lease: Lease<C>): void;
  error(reason: unknown): void;
  complete(): void;
}

/** A waiter's live side: who gets the lease, or the error. It settles exactly once. */
export class PendingCheckout<C> implements Delivery, Unsubscribable, Timed<PendingCheckout<C>> {
  // Ten thousand may wait: what is in the state as well is no object of its own here, and the deadline is reckoned.
  readonly waiter: number;
  readonly priority: number;
  readonly key: string | undefined;
  readonly since: number;
  /** In milliseconds; 0: it waits for ever. */
  readonly timeoutMs: number;
  /** Where it was asked for: a stack trace, while leaks are looked for. */
  readonly stack: string | undefined;
  list: DeadlineList<PendingCheckout<C>> | undefined = undefined;
  previous: PendingCheckout<C> | undefined = undefined;
  following: PendingCheckout<C> | undefined = undefined;
  readonly #receiver: Receiver<C>;
  readonly #leave: (pending: PendingCheckout<C>) => void;
  #outcome: PoolLease<C> | PoolError | 'told' | undefined;

  /** `leave` is told when its receiver is gone before it has settled. */
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

  /** An instant of the monotonic clock, in milliseconds; `Infinity`: it waits for ever. */
  get deadline(): number {
    return this.timeoutMs === 0 ? Infinity : this.since + this.timeoutMs;
  }

  /** Decides how it ends; the receiver learns it when its turn comes. */
  settle(outcome: PoolLease<C> | PoolError): void {
    this.#outcome = outcome;
  }

  /**
   * The receiver is gone: it leaves the queue, and a lease that was on its way goes back at once, so that it reaches the
   * next waiter in the same tick.
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
    // From here on the lease is the receiver's; leaving the queue must not give it back a second time.
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
