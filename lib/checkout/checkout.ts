import { Observable, type Subscriber } from 'rxjs';
import { closedError, overloadedError } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Refuse } from '../events/pool-event.ts';
import type { Store } from '../state/store.ts';
import { type CheckoutOptions, checkCheckoutOptions, requestOf } from './checkout-options.ts';
import type { LeakDetector } from './leak-detector.ts';
import type { Lease } from './lease.ts';
import type { Matcher } from './matcher.ts';
import { onAbort } from './on-abort.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What a checkout works with. */
export interface CheckoutParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly matcher: Matcher<C>;
  readonly waitingRoom: WaitingRoom<C>;
  readonly leaks: LeakDetector<C> | undefined;
  readonly checkoutTimeoutMs: number;
  /** Told that somebody waits. */
  readonly onWait: () => void;
}

/** A cold checkout: one lease, then completion; unsubscribing while it waits leaves the queue. */
export function checkout<C>(parts: CheckoutParts<C>, options?: CheckoutOptions): Observable<Lease<C>> {
  if (options !== undefined) checkCheckoutOptions(options);
  return new Observable((subscriber) => {
    if (options?.signal?.aborted === true) {
      subscriber.error(options.signal.reason);
      return undefined;
    }
    const request = requestOf(options, performance.now());
    const stack = parts.leaks?.stack();
    const lease = parts.matcher.tryLease(request, stack);
    if (lease === undefined) return wait(parts, subscriber, request, options, stack);
    // Observers of the event have run meanwhile; nobody may be left to give the lease back.
    if (subscriber.closed) lease.checkin();
    subscriber.next(lease);
    subscriber.complete();
    return undefined;
  });
}

function wait<C>(
  parts: CheckoutParts<C>,
  subscriber: Subscriber<Lease<C>>,
  request: ReturnType<typeof requestOf>,
  options: CheckoutOptions | undefined,
  stack: string | undefined,
): (() => void) | undefined {
  const { store, waitingRoom, matcher } = parts;
  const { phase, name, waiting, maxWaiting } = store.current;
  if (phase !== 'open') {
    refuse(parts, subscriber, 'closed', closedError(name));
    return undefined;
  }
  if (waiting >= maxWaiting) {
    refuse(parts, subscriber, 'overloaded', overloadedError(waiting, maxWaiting));
    return undefined;
  }
  const timeoutMs = options?.timeoutMs ?? parts.checkoutTimeoutMs;
  const signal = options?.signal;
  // Before it waits: whoever observes that may abort.
  const abort = (): void => {
    subscriber.error(signal?.reason);
  };
  const stopListening = signal && onAbort(signal, abort);
  const pending = waitingRoom.enter(subscriber, request, timeoutMs === Infinity ? 0 : timeoutMs, stack);
  matcher.match();
  parts.onWait();
  return () => {
    stopListening?.();
    waitingRoom.leave(pending);
  };
}

function refuse<C>(
  { inbox, store }: CheckoutParts<C>,
  subscriber: Subscriber<Lease<C>>,
  reason: Refuse['reason'],
  error: Error,
): void {
  inbox.send({ type: 'refuse', reason, at: performance.now(), version: store.nextVersion });
  subscriber.error(error);
}
