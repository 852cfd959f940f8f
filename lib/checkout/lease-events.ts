import type { Checkin, Checkout, Wait } from '../events/pool-event.ts';
import type { Waiter } from '../state/pool-state.ts';
import type { PoolLease } from './lease.ts';

/** The event of a lease that begins. `pin`: the key that its connection is kept for. */
export function checkoutOf<C>(lease: PoolLease<C>, version: number, pin?: string): Checkout {
  const { id, connectionId: connection, slot, since: at, waiter, waitedMs } = lease;
  return pin === undefined
    ? { type: 'checkout', lease: id, connection, slot, waiter, waitedMs, at, version }
    : { type: 'checkout', lease: id, connection, slot, waiter, waitedMs, pin, at, version };
}

/** The event of a lease that ends by a checkin. */
export function checkinOf<C>(lease: PoolLease<C>, at: number, version: number): Checkin {
  const { id, connectionId: connection, slot, since } = lease;
  return { type: 'checkin', lease: id, connection, slot, usedMs: at - since, at, version };
}

/** The event of a waiter that joins the queue. */
export function waitOf({ id: waiter, key, priority, since: at }: Waiter, version: number): Wait {
  return key === undefined
    ? { type: 'wait', waiter, priority, at, version }
    : { type: 'wait', waiter, priority, key, at, version };
}
