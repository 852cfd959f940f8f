import type { PoolEvent } from '../events/pool-event.ts';
import type { Draft } from './chunk.ts';
import { type ConnectionRecord, type Waiter, isServing, spareIdle } from './pool-state.ts';
import { enterQueue } from './queue-transitions.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Applies an event, and keeps `unpinnedKeys` right: compares whether the event's key waits without a connection before
 * and after.
 */
export function recountUnpinnedKeys(
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

/** A waiter joins the queue of a pool with pins (`wait`). */
export function enterPinned(draft: Snapshot, waiter: Waiter): void {
  const { key } = waiter;
  const before = isLacking(draft, key);
  enterQueue(draft, waiter);
  if (before !== isLacking(draft, key)) draft.unpinnedKeys++;
}

/**
 * Whether this connection may be leased for a key: it is kept for that key, or it is kept for none and the key has no
 * other connection.
 */
export function mayPin(draft: Snapshot, record: ConnectionRecord, pin: string): boolean {
  if (!draft.hasPins || !isServing(draft, record)) return false;
  return record.pin === null ? draft.connections.pinnedTo(pin) === undefined : record.pin === pin;
}

/** Keeps a connection, which was just leased for a key, for that key from here on. */
export function pinTo(draft: Snapshot, record: Draft<ConnectionRecord>, pin: string): void {
  if (record.pin === null) {
    record.pin = pin;
    draft.pinned++;
    draft.connections.pin(record.slot, pin);
    draft.lowIdle = Math.min(draft.lowIdle, spareIdle(draft));
  }
  draft.connections.touch(record.slot, false);
}

/** Ends the pin of a closing connection that has no leases any more: its key may get another connection. */
export function endPin(draft: Snapshot, { slot, pin, leases }: ConnectionRecord): void {
  if (pin !== null && leases === 0) draft.connections.unpin(slot, pin);
}

/** The one key that an event is about; `undefined` where it is about none. */
function keyOf({ connections }: Snapshot, event: PoolEvent): string | undefined {
  if ('slot' in event) return connections.get(event.slot)?.pin ?? ('pin' in event ? event.pin : undefined);
  return 'key' in event ? event.key : undefined;
}

/** Whether a waiter with this key exists and the key has no connection. */
function isLacking({ waiters, connections }: Snapshot, key: string | undefined): boolean {
  if (waiters.firstOf(key) === undefined) return false;
  return key === undefined || connections.pinnedTo(key) === undefined;
}
