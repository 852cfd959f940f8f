import type { PoolEvent } from '../events/pool-event.ts';
import type { Draft } from './chunk.ts';
import { type ConnectionRecord, isServing, spareIdle } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';

/** Makes the change of an event, and counts its key among those that wait without a connection, or no longer. */
export function recounting(
  draft: Snapshot,
  event: PoolEvent,
  apply: (draft: Snapshot, event: PoolEvent) => void,
): void {
  const key = keyOf(draft, event);
  const before = isLacking(draft, key);
  apply(draft, event);
  const after = isLacking(draft, key);
  if (before !== after) draft.unpinnedKeys += after ? 1 : -1;
}

/** Whether a lease of this connection may begin for a key: the connection is the key's, or both have no other. */
export function mayPin(draft: Snapshot, record: ConnectionRecord, pin: string): boolean {
  if (!draft.hasPins || !isServing(draft, record)) return false;
  return record.pin === null ? draft.connections.pinnedTo(pin) === undefined : record.pin === pin;
}

/** A connection was leased for a key, and is kept for it from here on. */
export function pinTo(draft: Snapshot, record: Draft<ConnectionRecord>, pin: string): void {
  if (record.pin === null) {
    record.pin = pin;
    draft.pinned++;
    draft.connections.pin(record.slot, pin);
    draft.lowIdle = Math.min(draft.lowIdle, spareIdle(draft));
  }
  draft.connections.touch(record.slot, false);
}

/** A connection is being closed: its key may have another one as soon as nobody works with this one. */
export function endPin(draft: Snapshot, { slot, pin, leases }: ConnectionRecord): void {
  if (pin !== null && leases === 0) draft.connections.unpin(slot, pin);
}

/** The one key that an event has to do with. */
function keyOf({ connections }: Snapshot, event: PoolEvent): string | undefined {
  if ('slot' in event) return connections.get(event.slot)?.pin ?? ('pin' in event ? event.pin : undefined);
  return 'key' in event ? event.key : undefined;
}

/** Whether somebody of this key waits, and it has no connection. */
function isLacking({ waiters, connections }: Snapshot, key: string | undefined): boolean {
  if (waiters.firstOf(key) === undefined) return false;
  return key === undefined || connections.pinnedTo(key) === undefined;
}
