import type { ConnectionRecord } from '../../lib/index.ts';

/** The order of `leastLoaded`, said plainly: fewer leases, then less load, then the lower slot. */
export function isLessLoaded(a: ConnectionRecord, b: ConnectionRecord): boolean {
  if (a.leases !== b.leases) return a.leases < b.leases;
  return a.load === b.load ? a.slot < b.slot : a.load < b.load;
}
