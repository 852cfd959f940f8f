import { type ConnectionAccount, choiceOf, connectionAccount } from './connection-account.ts';
import { type LeaseAccount, leaseAccount } from './lease-account.ts';
import type { LeaseBook } from '../checkout/lease-book.ts';
import type { WaitingRoom } from '../checkout/queue/waiting-room.ts';
import type { WaitAccount } from '../errors.ts';
import type { Store } from '../state/store.ts';
import type { Chooser } from '../checkout/chooser.ts';

/** What to explain: a waiter, a lease or a connection, by its id. */
export type WhyTarget = { readonly waiter: number } | { readonly lease: number } | { readonly connection: number };

/** The parts of the pool that know the answers. */
interface WhySources<C> {
  readonly store: Store;
  readonly waitingRoom: WaitingRoom<C>;
  readonly leases: LeaseBook<C>;
  readonly chooser: Chooser;
}

/**
 * Explains a waiter, a lease or a connection; `undefined` for one that is gone. Throws a `TypeError` for anything else.
 */
export function why<C>(
  subject: WhyTarget,
  { store, waitingRoom, leases, chooser }: WhySources<C>,
): WaitAccount | LeaseAccount | ConnectionAccount | undefined {
  const about = Object(subject) as Partial<Record<'waiter' | 'lease' | 'connection', number>>;
  const at = performance.now();
  const { current: state } = store;
  if (about.waiter !== undefined) return waitingRoom.why(about.waiter);
  if (about.lease !== undefined) {
    const lease = leases.find(about.lease);
    const record = lease && state.connections.get(lease.slot);
    return record && leaseAccount(lease, choiceOf(record, state.strategy, chooser.reason), at);
  }
  if (about.connection === undefined)
    throw new TypeError('why takes { waiter: id }, { lease: id } or { connection: id }');
  for (const record of state.connections) {
    if (record.id === about.connection) {
      return connectionAccount(record, [...leases.of(record.slot)], { state, reason: chooser.reason, at });
    }
  }
  return undefined;
}
