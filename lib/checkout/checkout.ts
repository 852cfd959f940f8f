import { Observable, type Unsubscribable } from 'rxjs';
import { closedError, overloadedError } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Refuse } from '../events/pool-event.ts';
import { type NextRequest, demandOf } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { Abortable } from './queue/abortable.ts';
import { type CheckoutOptions, checkCheckoutOptions, requestOf } from './checkout-options.ts';
import type { LeakDetector } from './leak-detector.ts';
import type { Lease } from './lease.ts';
import type { Matcher } from './matcher.ts';
import type { Receiver } from './queue/pending-checkout.ts';
import { type Pins, pinnedConnectionOf } from './pins.ts';
import type { WaitingRoom } from './queue/waiting-room.ts';

/** What a checkout needs. */
export interface CheckoutParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly matcher: Matcher<C>;
  readonly waitingRoom: WaitingRoom<C>;
  readonly leaks: LeakDetector<C> | undefined;
  /** `undefined` where connections are not pinned. */
  readonly pins: Pins | undefined;
  readonly checkoutTimeoutMs: number;
  /** How many waiters can be served by the connects that are under way or may begin now. */
  readonly connectable: () => number;
  /** Used instead of `checkoutTimeoutMs` until a connection has come up for the first time. */
  readonly firstCheckoutTimeoutMs: number;
  /** Called after a waiter has joined the queue. */
  readonly onWait: () => void;
}

/** A cold observable of one lease, which then completes. Unsubscribing while it waits leaves the queue. */
export interface Checkout<C> extends Observable<Lease<C>> {
  /**
   * Starts the checkout without an RxJS subscription, which would take as long as the rest of it. The result leaves the
   * queue when unsubscribed from. With `afterMs` it starts later, or at once (and is then refused) if the pool is
   * closed or the signal aborted.
   */
  begin(receiver: Receiver<C>, afterMs?: number): Unsubscribable | undefined;
}

export function checkout<C>(parts: CheckoutParts<C>, options?: CheckoutOptions): Checkout<C> {
  if (options !== undefined) checkCheckoutOptions(options);
  const begin = (receiver: Receiver<C>, afterMs = 0): Unsubscribable | undefined =>
    afterMs > 0 ? askLater(parts, receiver, options, afterMs) : ask(parts, receiver, options);
  const lease$ = new Observable<Lease<C>>(begin) as Checkout<C>;
  // Not a subclass: its constructor alone would take a tenth of a checkout.
  lease$.begin = begin;
  return lease$;
}

/** A promise of one lease, without RxJS in between. */
export function lease<C>(parts: CheckoutParts<C>, options?: CheckoutOptions): Promise<Lease<C>> {
  if (options !== undefined) checkCheckoutOptions(options);
  return new Promise((resolve, reject) => {
    ask(parts, new AwaitedLease(resolve, reject), options);
  });
}

/** A lease if one is available at once, else `undefined`. */
export function tryCheckout<C>(parts: CheckoutParts<C>, options?: CheckoutOptions): Lease<C> | undefined {
  if (options !== undefined) checkCheckoutOptions(options);
  if (options?.signal?.aborted === true) return undefined;
  const { matcher, leaks, pins } = parts;
  const request = requestOf(options, performance.now());
  const stack = leaks?.stack();
  if (pins === undefined || request.key === undefined) return matcher.tryLease(request, stack);
  return pins.ask(request.key, (key) => matcher.tryLease({ ...request, key }, stack));
}

/** Whether this is a checkout of a pool, which can be started by `begin`. */
export function isCheckout<C>(lease$: Observable<Lease<C>>): lease$ is Checkout<C> {
  return 'begin' in lease$;
}

function ask<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  options: CheckoutOptions | undefined,
): Unsubscribable | undefined {
  if (options?.signal?.aborted === true) {
    receiver.error(options.signal.reason);
    return undefined;
  }
  const { pins } = parts;
  const request = requestOf(options, performance.now());
  if (pins === undefined || request.key === undefined) return askFor(parts, receiver, request, options);
  return pins.ask(request.key, (key) => askFor(parts, receiver, { ...request, key }, options));
}

function askFor<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  request: NextRequest,
  options: CheckoutOptions | undefined,
): Unsubscribable | undefined {
  const { matcher, leaks } = parts;
  const stack = leaks?.stack();
  const lease = matcher.tryLease(request, stack);
  if (lease === undefined) return wait(parts, receiver, request, options, stack);
  // Observers of the event have run meanwhile; the caller may be gone and could not check the lease in.
  if (receiver.closed) {
    lease.checkin();
  } else {
    receiver.next(lease);
    receiver.complete();
  }
  return undefined;
}

function askLater<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  options: CheckoutOptions | undefined,
  afterMs: number,
): Unsubscribable | undefined {
  const begin = (): Unsubscribable | undefined => ask(parts, receiver, options);
  const isRefused = parts.store.current.phase !== 'open' || options?.signal?.aborted === true;
  return isRefused ? begin() : parts.waitingRoom.delayed.add(begin, afterMs, options?.signal);
}

function wait<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  request: NextRequest,
  options: CheckoutOptions | undefined,
  stack: string | undefined,
): Unsubscribable | undefined {
  const { store, waitingRoom, matcher } = parts;
  const { phase, name, waiting, maxWaiting } = store.current;
  if (phase !== 'open') {
    refuse(parts, receiver, 'closed', closedError(name));
    return undefined;
  }
  // With `maxWaiting` 0 a checkout may still wait for a connect that will serve it.
  if (waiting >= maxWaiting && (maxWaiting > 0 || !canConnectServe(parts, request))) {
    refuse(parts, receiver, 'overloaded', overloadedError(name, waiting, maxWaiting));
    return undefined;
  }
  const timeoutMs = options?.timeoutMs ?? defaultTimeoutMs(parts);
  // Created before the waiter joins: an observer of the `wait` event may abort the signal.
  const abortable = options?.signal && new Abortable(receiver, options.signal);
  const pending = waitingRoom.enter(abortable ?? receiver, request, timeoutMs === Infinity ? 0 : timeoutMs, stack);
  matcher.match();
  parts.onWait();
  if (abortable === undefined) return pending;
  return {
    unsubscribe: () => {
      abortable.stopListening();
      pending.unsubscribe();
    },
  };
}

/**
 * The default timeout. A checkout that came before the first connection was up keeps the longer one, since the first
 * connect may fail and another begin.
 */
function defaultTimeoutMs<C>({ store, checkoutTimeoutMs, firstCheckoutTimeoutMs }: CheckoutParts<C>): number {
  return store.current.connects === 0 ? firstCheckoutTimeoutMs : checkoutTimeoutMs;
}

/**
 * Whether a connect that is under way, or may begin now, will serve one more checkout. Not one whose key has its own
 * connection.
 */
function canConnectServe<C>({ store: { current }, connectable }: CheckoutParts<C>, { key }: NextRequest): boolean {
  return pinnedConnectionOf(current, key) === undefined && demandOf(current) < connectable();
}

function refuse<C>({ inbox }: CheckoutParts<C>, receiver: Receiver<C>, reason: Refuse['reason'], error: Error): void {
  inbox.send({ type: 'refuse', reason });
  receiver.error(error);
}

/** Receives a lease for whoever awaits it. */
class AwaitedLease<C> implements Receiver<C> {
  readonly closed = false;
  readonly next: (lease: Lease<C>) => void;
  readonly error: (reason: unknown) => void;

  constructor(resolve: (lease: Lease<C>) => void, reject: (reason: unknown) => void) {
    this.next = resolve;
    this.error = reject;
  }

  complete(): void {
    // There is one lease.
  }
}
