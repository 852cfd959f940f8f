import { type PoolError, closedError, overloadedError } from '../../errors.ts';
import { demandOf } from '../../state/pool-state.ts';
import type { CheckoutOptions } from '../checkout-options.ts';
import type { CheckoutParts } from '../checkout-parts.ts';
import { pinnedConnectionOf } from '../pins.ts';
import type { PendingCheckout } from './pending-checkout.ts';

/** Why a checkout that cannot be served at once may not wait either, which has been told then; `undefined`: it may. */
export function refusalOf<C>(parts: CheckoutParts<C>, key: string | undefined): PoolError | undefined {
  const { phase, waiters, maxWaiting } = parts.store.current;
  return phase === 'open' && waiters.length < maxWaiting ? undefined : refuse(parts, key);
}

/** How long a checkout may wait, in milliseconds; 0: for ever. */
export function timeoutOf<C>(parts: CheckoutParts<C>, options: CheckoutOptions | undefined): number {
  const timeoutMs = options?.timeoutMs ?? defaultTimeoutMs(parts);
  return timeoutMs === Infinity ? 0 : timeoutMs;
}

/**
 * The default timeout. A checkout that came before the first connection was up keeps the longer one, since the first
 * connect may fail and another begin.
 */
function defaultTimeoutMs<C>({ store, checkoutTimeoutMs, firstCheckoutTimeoutMs }: CheckoutParts<C>): number {
  return store.current.connects === 0 ? firstCheckoutTimeoutMs : checkoutTimeoutMs;
}

/** Puts a waiter in the queue, and sees to it that somebody serves it. */
export function enter<C>({ store, waitingRoom, matcher, onWait }: CheckoutParts<C>, pending: PendingCheckout<C>): void {
  waitingRoom.enter(pending);
  const { connections, size, maxSize, unhealthy, circuit, hasPins } = store.current;
  // A strategy may have declined what is free, or somebody who was told may have freed it.
  if (connections.countAvailable() > 0 || hasPins) matcher.match();
  if (size < maxSize || unhealthy > 0 || circuit !== 'closed') onWait();
}

function refuse<C>(parts: CheckoutParts<C>, key: string | undefined): PoolError | undefined {
  const { phase, name, waiting, maxWaiting } = parts.store.current;
  if (phase !== 'open') {
    parts.inbox.send({ type: 'refuse', reason: 'closed' });
    return closedError(name);
  }
  // With `maxWaiting` 0 a checkout may still wait for a connect that will serve it.
  if (maxWaiting === 0 && canConnectServe(parts, key)) return undefined;
  parts.inbox.send({ type: 'refuse', reason: 'overloaded' });
  return overloadedError(name, waiting, maxWaiting);
}

/**
 * Whether a connect that is under way, or may begin now, will serve one more checkout. Not one whose key has its own
 * connection.
 */
function canConnectServe<C>({ store: { current }, connectable }: CheckoutParts<C>, key: string | undefined): boolean {
  return pinnedConnectionOf(current, key) === undefined && demandOf(current) < connectable();
}
