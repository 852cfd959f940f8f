import type { Leave, Opened, PoolEvent } from '../../lib/events/pool-event.ts';
import type { ConnectionRecord } from '../../lib/state/pool-state.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';

type Bare<Event> = Event extends unknown ? Omit<Event, 'at' | 'version'> & { readonly at?: number } : never;

/** An event without its stamp. */
export type BareEvent = Bare<PoolEvent>;

/** The events stamped as a pool would: versions one apart, instants ten milliseconds apart where they name none. */
export function logOf(events: readonly BareEvent[], after = 0): PoolEvent[] {
  return events.map((event, i) => ({ at: (after + i + 1) * 10, ...event, version: after + i + 1 }));
}

/** The state after these events, from the beginning. */
export function stateAfter(...events: BareEvent[]): Snapshot {
  return following(new Snapshot(), ...events);
}

/** The state after these events, from `state`; every state on the way was handed out. */
export function following(state: Snapshot, ...events: BareEvent[]): Snapshot {
  return logOf(events, state.version)
    .reduce((before, event) => reduce(before.handOut(), event), state)
    .handOut();
}

/** The record of a slot that must be taken. */
export function recordAt(state: Snapshot, slot: number): ConnectionRecord {
  const record = state.connections.get(slot);
  if (record === undefined) throw new Error(`nothing on slot ${slot}`);
  return record;
}

export function opened(options: Partial<Opened> = {}): BareEvent {
  return {
    type: 'opened',
    name: 'pool',
    strategy: 'roundRobin',
    minSize: 0,
    maxSize: 1000,
    maxLeasesPerConnection: 1,
    unhealthyAfter: 1,
    maxWaiting: 100,
    seed: 1,
    ...options,
  };
}

/** A connection and its place; the id is the slot's number and one unless it is given. */
export function on(slot: number, connection: number = slot + 1): { slot: number; connection: number } {
  return { slot, connection };
}

/** The two events that bring a connection up, for each slot. */
export function up(...slots: number[]): BareEvent[] {
  return slots.flatMap((slot) => [
    { type: 'connecting', ...on(slot) },
    { type: 'up', ...on(slot) },
  ]);
}

export function checkout(slot: number, waiter: number | null = null): BareEvent {
  return { type: 'checkout', ...on(slot), lease: 1, waiter, waitedMs: 2 };
}

export function checkin(slot: number): BareEvent {
  return { type: 'checkin', ...on(slot), lease: 1, usedMs: 3 };
}

export function wait(waiter: number, priority = 0, key?: string): BareEvent {
  return key === undefined ? { type: 'wait', waiter, priority } : { type: 'wait', waiter, priority, key };
}

export function leave(waiter: number, reason: Leave['reason'] = 'cancelled'): BareEvent {
  return { type: 'leave', waiter, priority: 0, reason };
}

export function health(slot: number, healthy: boolean): BareEvent {
  return { type: 'health', ...on(slot), healthy, error: healthy ? '' : 'no answer' };
}
