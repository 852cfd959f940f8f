import type { PoolError } from '../../errors.ts';
import type { Lease } from '../lease.ts';
import { PendingCheckout, type Queue } from './pending-checkout.ts';
import type { QueuedWaiter } from './queued-waiter.ts';

/** Receives the lease of a checkout, or its error. An RxJS `Subscriber` is one. */
export interface Receiver<C> {
  /** Whether the caller has unsubscribed. */
  readonly closed: boolean;
  next(lease: Lease<C>): void;
  error(reason: unknown): void;
  complete(): void;
}

/** Passes a lease to a receiver; one that is gone gives it back. */
export function give<C>(lease: Lease<C>, receiver: Receiver<C>): void {
  if (receiver.closed) {
    lease.checkin();
    return;
  }
  receiver.next(lease);
  receiver.complete();
}

/** The live side of a waiter with a receiver. */
export class ReceivedCheckout<C> extends PendingCheckout<C> {
  readonly #receiver: Receiver<C>;

  constructor(
    receiver: Receiver<C>,
    queue: Queue<C>,
    waiter: QueuedWaiter<PendingCheckout<C>>,
    timeoutMs: number,
    stack: string | undefined,
  ) {
    super(queue, waiter, timeoutMs, stack);
    this.#receiver = receiver;
  }

  protected override succeed(lease: Lease<C>): void {
    give(lease, this.#receiver);
  }

  protected override fail(reason: PoolError): void {
    this.#receiver.error(reason);
  }
}
