import { type Observer, Subscriber, Subscription, config } from 'rxjs';
import { report } from '../base/report.ts';
import type { PoolError } from '../errors.ts';
import type { CheckoutParts } from './checkout-parts.ts';
import type { Lease } from './lease.ts';
import { enter, refusalOf, timeoutOf } from './queue/enter.ts';
import { PendingCheckout, type Queue } from './queue/pending-checkout.ts';
import type { QueuedWaiter } from './queue/queued-waiter.ts';

/** An observer as users write it. */
type LeaseObserver<C> = Partial<Observer<Lease<C>>>;

/** Whether RxJS would wrap this observer in a subscriber that does no more for it than `observe` does. */
export function isPlainObserver<C>(observer: unknown): observer is LeaseObserver<C> {
  if (typeof observer !== 'object' || observer === null || observer instanceof Subscriber) return false;
  // A subscriber of another copy of RxJS has it. What is deprecated in RxJS stays with RxJS.
  if ((observer as Partial<Subscription>).add !== undefined) return false;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- to leave it to RxJS
  return !config.useDeprecatedSynchronousErrorHandling && !config.useDeprecatedNextContext;
}

/**
 * Subscribes a plain observer to a checkout without options, as `Observable.subscribe` would: what the observer throws is
 * reported, and it is told nothing after it has unsubscribed. In place of the subscriber of RxJS and what keeps its teardown,
 * which take as long as the rest of a checkout.
 */
export function observe<C>(parts: CheckoutParts<C>, observer: LeaseObserver<C>): Subscription {
  const since = performance.now();
  const stack = parts.leaks?.stack();
  const lease = parts.matcher.tryLease(since, undefined, stack);
  if (lease === undefined) return wait(parts, observer, since, stack);
  tellLease(observer, lease);
  tellEnd(observer);
  return Subscription.EMPTY;
}

function wait<C>(
  parts: CheckoutParts<C>,
  observer: LeaseObserver<C>,
  since: number,
  stack: string | undefined,
): Subscription {
  const refusal = refusalOf(parts, undefined);
  if (refusal !== undefined) {
    tellError(observer, refusal);
    return Subscription.EMPTY;
  }
  const waiter = parts.waitingRoom.newWaiter(0, undefined, since);
  const pending = new ObservedCheckout(observer, parts.waitingRoom, waiter, timeoutOf(parts, undefined), stack);
  enter(parts, pending);
  return pending;
}

/** The live side of a waiter with a plain observer. */
class ObservedCheckout<C> extends PendingCheckout<C> {
  readonly #observer: LeaseObserver<C>;

  constructor(
    observer: LeaseObserver<C>,
    queue: Queue<C>,
    waiter: QueuedWaiter<PendingCheckout<C>>,
    timeoutMs: number,
    stack: string | undefined,
  ) {
    super(queue, waiter, timeoutMs, stack);
    this.#observer = observer;
  }

  protected override succeed(lease: Lease<C>): void {
    tellLease(this.#observer, lease);
    if (this.closed) return;
    tellEnd(this.#observer);
    this.unsubscribe();
  }

  protected override fail(reason: PoolError): void {
    tellError(this.#observer, reason);
    this.unsubscribe();
  }
}

function tellLease<C>(observer: LeaseObserver<C>, lease: Lease<C>): void {
  try {
    observer.next?.(lease);
  } catch (error) {
    report(error);
  }
}

function tellEnd<C>(observer: LeaseObserver<C>): void {
  try {
    observer.complete?.();
  } catch (error) {
    report(error);
  }
}

function tellError<C>(observer: LeaseObserver<C>, reason: unknown): void {
  try {
    // Whoever writes JavaScript may have null there.
    if (observer.error) observer.error(reason);
    else report(reason);
  } catch (error) {
    report(error);
  }
}
