import type { Unsubscribable } from 'rxjs';
import type { Delivery } from '../events/inbox.ts';
import type { NextRequest } from '../state/pool-state.ts';
import type { DeadlineList, Timed } from './deadlines.ts';
import type { Lease, PoolLease } from './lease.ts';

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
  readonly waiter: number;
  readonly request: NextRequest;
  /** An instant of the monotonic clock, in milliseconds; `Infinity`: it waits for ever. */
  readonly deadline: number;
  /** Where it was asked for: a stack trace, while leaks are looked for. */
  readonly stack: string | undefined;
  list: DeadlineList<PendingCheckout<C>> | undefined = undefined;
  previous: PendingCheckout<C> | undefined = undefined;
  following: PendingCheckout<C> | undefined = undefined;
  readonly #receiver: Receiver<C>;
  readonly #leave: (pending: PendingCheckout<C>) => void;
  #status: 'waiting' | 'settled' | 'over' = 'waiting';
  #lease: PoolLease<C> | undefined;
  #error: unknown;

  /** `timeoutMs` 0: it waits for ever. `leave` is told when its receiver is gone before it has settled. */
  constructor(
    receiver: Receiver<C>,
    waiter: number,
    request: NextRequest,
    timeoutMs: number,
    stack: string | undefined,
    leave: (pending: PendingCheckout<C>) => void,
  ) {
    this.#receiver = receiver;
    this.waiter = waiter;
    this.request = request;
    this.deadline = timeoutMs === 0 ? Infinity : request.since + timeoutMs;
    this.stack = stack;
    this.#leave = leave;
  }

  /** Decides that it gets this lease; the receiver learns it when its turn comes. */
  settle(lease: PoolLease<C>): void {
    this.#status = 'settled';
    this.#lease = lease;
  }

  /** Decides that it gets none. */
  fail(error: unknown): void {
    this.#status = 'settled';
    this.#error = error;
  }

  /**
   * The receiver is gone: it leaves the queue, and a lease that was on its way goes back at once, so that it reaches the
   * next waiter in the same tick.
   */
  unsubscribe(): void {
    const status = this.#status;
    this.#status = 'over';
    if (status === 'waiting') this.#leave(this);
    else if (status === 'settled') this.#lease?.checkin();
  }

  deliver(): void {
    if (this.#status !== 'settled') return;
    // From here on the lease is the receiver's; leaving the queue must not give it back a second time.
    this.#status = 'over';
    const lease = this.#lease;
    if (lease === undefined) {
      this.#receiver.error(this.#error);
    } else if (this.#receiver.closed) {
      lease.checkin();
    } else {
      this.#receiver.next(lease);
      this.#receiver.complete();
    }
  }
}
