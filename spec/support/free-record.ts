import type { ConnectionRecord } from '../../lib/state/pool-state.ts';

/** An idle connection that was just opened; the id is the slot's number and one unless it is given. */
export function freeRecord(record: Partial<ConnectionRecord> & { readonly slot: number }): ConnectionRecord {
  return {
    id: record.slot + 1,
    status: 'idle',
    health: 'healthy',
    leases: 0,
    requestCount: 0,
    load: 0,
    failureCount: 0,
    checking: false,
    latencyMs: 0,
    latencyAt: 0,
    withheld: false,
    pin: null,
    createdAt: 0,
    lastUsedAt: 0,
    info: null,
    ...record,
  };
}
