import type { PoolLease } from '../../lib/checkout/lease.ts';
import { leaseOf } from './lease-of.ts';

/** A lease, and how often it was checked in and destroyed. */
export function held(): { readonly ended: string[]; readonly lease: PoolLease<string> } {
  const ended: string[] = [];
  const owner = {
    checkin: (lease: PoolLease<string>) => {
      ended.push('checkin');
      lease.end('returned');
    },
    destroy: (lease: PoolLease<string>) => {
      ended.push('destroy');
      lease.end('returned');
    },
    poolName: 'pool',
    lend: undefined,
    keepUntilSettled: (lease: PoolLease<string>, work: PromiseLike<unknown>) => {
      ended.push('outlived');
      const end = (): void => {
        owner.checkin(lease);
      };
      work.then(end, end);
    },
    blame: () => undefined,
  };
  return { ended, lease: leaseOf(owner) };
}
