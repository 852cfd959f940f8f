import { Observable, type Subscription, type Unsubscribable } from 'rxjs';
import type { NextRequest } from '../state/pool-state.ts';
import { awaitLease } from './awaited-checkout.ts';
import { type CheckoutOptions, checkCheckoutOptions, requestOf } from './checkout-options.ts';
import type { CheckoutParts } from './checkout-parts.ts';
import type { Lease } from './lease.ts';
import { isPlainObserver, observe } from './observed-checkout.ts';
import { Abortable } from './queue/abortable.ts';
import { enter, refusalOf, timeoutOf } from './queue/enter.ts';
import type { PendingCheckout } from './queue/pending-checkout.ts';
import type { QueuedWaiter } from './queue/queued-waiter.ts';
import { ReceivedCheckout, type Receiver, give } from './queue/received-checkout.ts';

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
  const begin = (receiver: Receiver<C>, afterMs?: number): Unsubscribable | undefined =>
    typeof afterMs === 'number' && afterMs > 0
      ? askLater(parts, receiver, options, afterMs)
      : ask(parts, receiver, options);
  const lease$ = new Observable<Lease<C>>(begin) as Checkout<C>;
  // Not a subclass: its constructor alone would take a tenth of a checkout.
  lease$.begin = begin;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- all of its signatures are replaced
  if (options === undefined) lease$.subscribe = subscribeOf(parts, lease$);
  return lease$;
}

/** A lease as a promise. */
export function lease<C>(parts: CheckoutParts<C>, options?: CheckoutOptions): Promise<Lease<C>> {
  if (options !== undefined) checkCheckoutOptions(options);
  if (options?.signal === undefined && parts.pins === undefined) return awaitLease(parts, options);
  return new Promise((next, error) => {
    checkout(parts, options).subscribe({ next, error });
  });
}

/** A lease if one is available at once, else `undefined`. */
export function tryCheckout<C>(parts: CheckoutParts<C>, options?: CheckoutOptions): Lease<C> | undefined {
  if (options !== undefined) return tryFor(parts, options);
  return parts.matcher.tryLease(performance.now(), undefined, parts.leaks?.stack());
}

function tryFor<C>({ matcher, leaks, pins }: CheckoutParts<C>, options: CheckoutOptions): Lease<C> | undefined {
  checkCheckoutOptions(options);
  if (options.signal?.aborted === true) return undefined;
  const since = performance.now();
  const stack = leaks?.stack();
  const request = requestOf(options, since);
  if (pins === undefined || request.key === undefined) return matcher.tryLease(since, request, stack);
  return pins.ask(request.key, (key) => matcher.tryLease(since, { ...request, key }, stack));
}

/** Whether this is a checkout of a pool, which can be started by `begin`. */
export function isCheckout<C>(lease$: Observable<Lease<C>>): lease$ is Checkout<C> {
  return 'begin' in lease$;
}

/** `subscribe` of a checkout without options, which needs no subscriber of RxJS for a plain observer. */
function subscribeOf<C>(
  parts: CheckoutParts<C>,
  lease$: Observable<Lease<C>>,
): (...args: readonly unknown[]) => Subscription {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- whatever it is called with is passed on
  const subscribe = lease$.subscribe.bind(lease$) as (...args: readonly unknown[]) => Subscription;
  return (...args) => (isPlainObserver<C>(args[0]) ? observe(parts, args[0]) : subscribe(...args));
}

function ask<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  options: CheckoutOptions | undefined,
): Unsubscribable | undefined {
  const since = performance.now();
  return options === undefined
    ? askFor(parts, receiver, since, undefined, undefined)
    : askWith(parts, receiver, since, options);
}

function askWith<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  since: number,
  options: CheckoutOptions,
): Unsubscribable | undefined {
  if (options.signal?.aborted === true) {
    receiver.error(options.signal.reason);
    return undefined;
  }
  const { pins } = parts;
  const request = requestOf(options, since);
  if (pins === undefined || request.key === undefined) return askFor(parts, receiver, since, request, options);
  return pins.ask(request.key, (key) => askFor(parts, receiver, since, { ...request, key }, options));
}

function askFor<C>(
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  since: number,
  request: NextRequest | undefined,
  options: CheckoutOptions | undefined,
): Unsubscribable | undefined {
  const stack = parts.leaks?.stack();
  const lease = parts.matcher.tryLease(since, request, stack);
  if (lease === undefined) return wait(parts, receiver, since, request, options, stack);
  // Observers of the event have run meanwhile; the caller may be gone and could not check the lease in.
  give(lease, receiver);
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
  since: number,
  request: NextRequest | undefined,
  options: CheckoutOptions | undefined,
  stack: string | undefined,
): Unsubscribable | undefined {
  const refusal = refusalOf(parts, request?.key);
  if (refusal !== undefined) {
    receiver.error(refusal);
    return undefined;
  }
  const waiter = parts.waitingRoom.newWaiter(request?.priority ?? 0, request?.key, since);
  const timeoutMs = timeoutOf(parts, options);
  if (options?.signal !== undefined) return waitWith(options.signal, parts, receiver, waiter, timeoutMs, stack);
  const pending = new ReceivedCheckout(receiver, parts.waitingRoom, waiter, timeoutMs, stack);
  enter(parts, pending);
  return pending;
}

function waitWith<C>(
  signal: AbortSignal,
  parts: CheckoutParts<C>,
  receiver: Receiver<C>,
  waiter: QueuedWaiter<PendingCheckout<C>>,
  timeoutMs: number,
  stack: string | undefined,
): Unsubscribable {
  // Created before the waiter joins: an observer of the `wait` event may abort the signal.
  const abortable = new Abortable(receiver, signal);
  const pending = new ReceivedCheckout(abortable, parts.waitingRoom, waiter, timeoutMs, stack);
  enter(parts, pending);
  return {
    unsubscribe: () => {
      abortable.stopListening();
      pending.unsubscribe();
    },
  };
}
