import { type LeaseOwner, PoolLease } from '../../lib/checkout/lease.ts';

/** What of a lease matters to a test. */
interface LeaseFacts extends Partial<Pick<PoolLease<string>, 'waiter' | 'waitedMs' | 'among' | 'stack'>> {
  readonly id?: number;
  readonly connection?: number;
  readonly slot?: number;
  readonly since?: number;
}

/** An owner that takes leases back and does nothing more. */
export const idleOwner: LeaseOwner<string> = {
  checkin: () => undefined,
  destroy: () => undefined,
  poolName: 'pool',
  lend: undefined,
  keepUntilSettled: () => undefined,
  blame: () => undefined,
};

/** A lease of nobody's; the first on slot 0 unless it is said otherwise. */
export function leaseOf(owner: LeaseOwner<string> = idleOwner, facts: LeaseFacts = {}): PoolLease<string> {
  const { id = 1, connection = 1, slot = 0, since = 0, waiter = null, waitedMs = 0, among = 1, stack } = facts;
  const lease = new PoolLease(owner, id, 'connection', connection, slot, since, among, waiter, waitedMs);
  return Object.assign(lease, { stack });
}
