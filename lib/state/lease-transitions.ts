import type { Checkout } from '../events/pool-event.ts';
import type { Draft } from './chunk.ts';
import { noteLatency } from './latency.ts';
import { endPin, mayPin, pinTo } from './pin-transitions.ts';
import type { ConnectionRecord, Waiter } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/** How many of the last values a mean mostly reflects. */
export const RECENT = 16;

/** One step of a Weyl sequence, 2^32 divided by the golden ratio: no value comes back before all others have been used. */
const WEYL = 0x9e3779b9;

/** A lease begins of a connection that is available (`checkout`). */
export function beginLease(draft: Snapshot, record: Draft<ConnectionRecord>, waitedMs: number, at: number): void {
  if (record.leases === 0) becomeActive(draft, record);
  record.leases++;
  noteCheckout(draft, record, waitedMs, at);
  draft.connections.touch(record.slot, record.leases < draft.maxLeasesPerConnection);
}

/** A lease begins for a key (`checkout` with a `pin`): the connection is kept for that key from here on. */
export function beginPinnedLease(draft: Snapshot, { connection, slot, waitedMs, at }: Checkout, pin: string): boolean {
  const record = draft.connections.edit(slot, connection);
  if (record === undefined || !mayPin(draft, record, pin)) return false;
  if (record.leases === 0) becomeActive(draft, record);
  record.leases++;
  noteCheckout(draft, record, waitedMs, at);
  pinTo(draft, record, pin);
  return true;
}

/** A lease ends (`checkin`, `destroy`), which is not counted yet; false when the connection has none. */
export function endLease(draft: Snapshot, connection: number, slot: number, usedMs: number, at: number): boolean {
  const record = draft.connections.edit(slot, connection);
  if (record === undefined || record.leases === 0) return false;
  noteUse(draft, record, usedMs, at);
  record.leases--;
  // A lease can outlive its connection's retirement, so a checkin must not make that one available again.
  if (record.status === 'closing') {
    endPin(draft, record);
    return true;
  }
  if (record.leases === 0) becomeIdle(draft, record);
  draft.connections.touch(slot, isFit(record));
  return true;
}

/**
 * A lease ends and the first waiter gets its connection: what a `checkin` and the `checkout` that follows from it do, in one
 * step. Returns the waiter; `undefined`, and nothing has changed, where something else may follow, or the record is shared
 * with an older state. For leases that are held, in pools where a built-in strategy decides alone: it has no choice then.
 */
export function handOver(
  draft: Snapshot,
  connection: number,
  slot: number,
  usedMs: number,
  at: number,
): Waiter | undefined {
  const { connections } = draft;
  if (draft.phase !== 'open' || draft.unhealthy + draft.withheld + draft.closing > 0) return undefined;
  // The connection is all that becomes available: where nothing is, one that is fit for use has as many leases as it may have.
  const record = connections.countAvailable() === 0 ? connections.edit(slot, connection) : undefined;
  if (record === undefined || record.checking) return undefined;
  const next = draft.waiters.shift();
  if (next === undefined) return undefined;
  draft.version += 2;
  noteUse(draft, record, usedMs, at);
  draft.checkins++;
  // For a moment it was idle.
  if (record.leases === 1 && draft.idle < draft.lowIdle) draft.lowIdle = draft.idle;
  if (draft.waiters.length === 0) draft.waitingSince = 0;
  noteCheckout(draft, record, at - next.since, at);
  return next;
}

/** An idle connection is leased. */
function becomeActive(draft: Snapshot, record: Draft<ConnectionRecord>): void {
  record.status = 'active';
  draft.active++;
  if (--draft.idle < draft.lowIdle) draft.lowIdle = draft.idle;
}

function becomeIdle(draft: Snapshot, record: Draft<ConnectionRecord>): void {
  record.status = 'idle';
  draft.active--;
  draft.idle++;
}

/** Whether nothing but its leases keeps the connection from any checkout. */
function isFit({ health, withheld, checking, pin }: ConnectionRecord): boolean {
  return health === 'healthy' && !withheld && !checking && pin === null;
}

function noteCheckout(draft: Snapshot, record: Draft<ConnectionRecord>, waitedMs: number, at: number): void {
  record.requestCount++;
  record.load++;
  record.lastUsedAt = at;
  draft.checkouts++;
  draft.waitedMs += waitedMs;
  draft.cursor = record.slot + 1;
  draft.seed = (draft.seed + WEYL) | 0;
}

function noteUse(draft: Snapshot, record: Draft<ConnectionRecord>, usedMs: number, at: number): void {
  draft.useMs = meanOf(draft.useMs, usedMs, draft.checkins + draft.destroyed);
  draft.returnedAt = at;
  record.lastUsedAt = at;
  if (draft.latencyDecayMs > 0) noteLatency(record, usedMs, at, draft.latencyDecayMs);
}

/** The next value of a mean: of all values at first, then mostly of the last `RECENT`, since the load changes. */
export function meanOf(mean: number, value: number, before: number): number {
  return mean + (value - mean) / (before < RECENT ? before + 1 : RECENT);
}
