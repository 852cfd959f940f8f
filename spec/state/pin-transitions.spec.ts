import { describe, expect, it } from 'vitest';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import type { ConnectionRecord, PoolState } from '../../lib/state/pool-state.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { revive } from '../../lib/state/replay.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { expectSound } from '../support/invariants.ts';
import { type BareEvent, checkin, checkout, logOf, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';
import { randomLog } from '../support/random-log.ts';

const pinned = opened({ hasPins: true, maxSize: 9 });
const pin = (slot: number, label: string, waiter: number | null = null): BareEvent => ({
  type: 'checkout',
  ...on(slot),
  lease: 1,
  waiter,
  waitedMs: 2,
  pin: label,
});
const after = (...events: BareEvent[]): Snapshot => stateAfter(pinned, ...events);
const record = (state: PoolState, slot: number): ConnectionRecord | undefined => state.connections.get(slot);

describe('a checkout with a pin', () => {
  it('keeps the connection for its key, which nobody else finds free', () => {
    const state = after(...up(0, 1), pin(0, 'a'), checkin(0));
    expect(record(state, 0)).toMatchObject({ pin: 'a', status: 'idle', leases: 0 });
    expect([state.pinned, state.connections.countAvailable(), state.connections.nextAvailable(0)?.slot]).toEqual([
      1, 1, 1,
    ]);
    expect(state.connections.pinnedTo('a')?.slot).toBe(0);
  });

  it.each<[string, BareEvent]>([
    ['of another key', pin(0, 'b')],
    ['without a key', checkout(0)],
    ['of a second connection for the same key', pin(1, 'a')],
  ])('refuses a lease %s', (_, event) => {
    const state = after(...up(0, 1), pin(0, 'a'), checkin(0), event);
    expect([state.checkouts, state.active]).toEqual([1, 0]);
  });

  it('means nothing in a pool without pins', () => {
    const state = stateAfter(opened(), ...up(0), pin(0, 'a'));
    expect([state.checkouts, record(state, 0)?.pin, state.pinned]).toEqual([0, null, 0]);
  });
});

describe('a key', () => {
  it('counts as one that lacks a connection while any of it waits and it has none', () => {
    const events = [...up(0), wait(1, 0, 'a'), wait(2, 0, 'a'), wait(3, 1, 'b')];
    expect(after(...events).unpinnedKeys).toBe(2);
    expect(after(...events, pin(0, 'b', 3)).unpinnedKeys).toBe(1);
    expect(after(...events, pin(0, 'a', 1)).unpinnedKeys).toBe(1);
    expect(after(...events, { type: 'leave', waiter: 3, priority: 1, key: 'b', reason: 'timeout' }).unpinnedKeys).toBe(
      1,
    );
    expect(after(...events, { type: 'leave', waiter: 1, priority: 0, key: 'a', reason: 'timeout' }).unpinnedKeys).toBe(
      2,
    );
  });

  it.each<[string, BareEvent, number]>([
    ['dies', { type: 'down', ...on(0), error: '' }, 1],
    ['is destroyed', { type: 'destroy', ...on(0), lease: 1, usedMs: 1, reason: '' }, 1],
    ['is retired while it is leased', { type: 'retire', ...on(0), reason: 'notice' }, 0],
  ])('may have another connection when its own %s', (_, event, lacking) => {
    const state = after(...up(0, 1), pin(0, 'a'), wait(1, 0, 'a'), event);
    expect([state.unpinnedKeys, state.pinned]).toEqual([lacking, 0]);
    expect(state.connections.pinnedTo('a') === undefined).toBe(lacking === 1);
  });

  it('waits for the lease of a connection that is retired, and not for its end', () => {
    const retired = [
      ...up(0, 1),
      pin(0, 'a'),
      wait(1, 0, 'a'),
      { type: 'retire', ...on(0), reason: 'notice' } as const,
    ];
    expect(after(...retired, checkin(0)).unpinnedKeys).toBe(1);
    const again = after(...retired, checkin(0), pin(1, 'a', 1), { type: 'removed', ...on(0) });
    expect([again.connections.pinnedTo('a')?.slot, again.waiting, again.pinned]).toEqual([1, 0, 1]);
  });

  it('is served in its own order, from the middle of the queue', () => {
    const waiting = [wait(1, 0, 'a'), wait(2, 0, 'b'), wait(3, 0, 'b'), wait(4, 0, 'c'), wait(5, 0, 'b')];
    const state = after(...up(0), pin(0, 'b'), ...waiting, checkin(0), pin(0, 'b', 2));
    expect(Array.from(state.waiters, ({ id }) => id)).toEqual([1, 4, 3, 5]);
    expect([state.waiters.firstOf('b')?.id, state.waiters.firstOf('x')]).toEqual([3, undefined]);
    expect(Array.from(state.waiters.firstOfEach(), ({ id }) => id)).toEqual([1, 4, 3]);
  });
});

/** The same log as one of a pool with pins: whoever has a key is served by its own connection. */
function withPins(log: readonly PoolEvent[]): PoolEvent[] {
  const keys = ['a', 'b', 'c', 'd'];
  return log.map((event): PoolEvent => {
    if (event.type === 'opened') return { ...event, hasPins: true };
    if (event.type === 'checkout') return { ...event, pin: keys[event.lease % 4] ?? 'a' };
    return 'key' in event ? { ...event, key: keys[event.waiter % 4] ?? 'a' } : event;
  });
}

it.each(Array.from({ length: 30 }, (_, i) => i + 1))('counts right whatever a log says: seed %i', (seed) => {
  const log = withPins(randomLog(seed, 600));
  const held: [PoolState, string][] = [];
  let state = new Snapshot();
  for (const event of logOf(log)) {
    state = reduce(state, event);
    expectSound(state);
    if (state.version % 40 !== 0) continue;
    held.push([state.handOut(), JSON.stringify(state)]);
    state = revive(JSON.parse(JSON.stringify(state)) as PoolState);
  }
  for (const [kept, text] of held) expect(JSON.stringify(kept)).toBe(text);
});
