import { onTestFinished } from 'vitest';
import { type Allowance, type PoolAllowance, sharedAllowance } from '../../lib/index.ts';
import { collect } from './listen.ts';

/** Somebody who shares a bound, and what it was granted. */
export interface Sharer {
  /** Since when it is idle; `Infinity` while it is not. */
  readonly pool: { idleAt: number };
  readonly share: PoolAllowance;
  readonly grants: Allowance[];
  readonly limits: () => number[];
}

function sharers(limit: number, count: number): Sharer[] {
  const port = sharedAllowance(limit);
  return Array.from({ length: count }, (_, i) => {
    const pool = { name: `pool ${i}`, idleAt: Infinity, idleSince: () => pool.idleAt };
    const share = port.open(pool);
    const grants = collect(share.allowance$);
    onTestFinished(() => {
      share.close();
    });
    return { pool, share, grants, limits: () => grants.map((grant) => grant.limit) };
  });
}

/** So many sharers of a bound, which are all there. */
export function two(limit: number): [Sharer, Sharer] {
  return sharers(limit, 2) as [Sharer, Sharer];
}

export function three(limit: number): [Sharer, Sharer, Sharer] {
  return sharers(limit, 3) as [Sharer, Sharer, Sharer];
}
