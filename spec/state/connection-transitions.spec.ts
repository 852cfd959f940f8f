import { describe, expect, it } from 'vitest';
import {
  checkin,
  checkout,
  following,
  health,
  leave,
  on,
  opened,
  recordAt,
  stateAfter,
  up,
  wait,
} from '../support/pool-log.ts';

const connecting = (slot: number) => ({ type: 'connecting', ...on(slot) }) as const;
const down = (slot: number) => ({ type: 'down', ...on(slot), error: 'reset' }) as const;
const removed = (slot: number) => ({ type: 'removed', ...on(slot) }) as const;
const retire = (slot: number) => ({ type: 'retire', ...on(slot), reason: 'maxUses' }) as const;
const failed = (slot: number) => ({ type: 'connectFailed', ...on(slot), error: 'refused' }) as const;

describe('connecting', () => {
  it('counts in the size but cannot be leased', () => {
    const state = stateAfter(opened(), { ...connecting(0), at: 4 }, checkout(0));
    expect(recordAt(state, 0)).toMatchObject({ id: 1, slot: 0, status: 'connecting', leases: 0, createdAt: 4 });
    expect(state).toMatchObject({ size: 1, connecting: 1, checkouts: 0 });
  });
});

describe('up', () => {
  it('makes the connection idle', () => {
    const state = stateAfter(opened(), connecting(0), { type: 'up', ...on(0), at: 9 });
    expect(recordAt(state, 0)).toMatchObject({ status: 'idle', health: 'healthy', lastUsedAt: 9 });
    expect(state).toMatchObject({ size: 1, connecting: 0, idle: 1 });
  });

  it('keeps what the connection said of itself when it came up', () => {
    const info = { server: 'files 1.2.3' };
    const state = stateAfter(opened(), connecting(0), connecting(1), { type: 'up', ...on(0), info });
    expect([recordAt(state, 0).info, recordAt(state, 1).info]).toEqual([info, null]);
    expect(recordAt(following(state, checkout(0)), 0).info).toEqual(info);
  });

  it('forgets the failed connects before it', () => {
    const state = stateAfter(opened(), connecting(0), failed(0), connecting(1));
    expect([state.connectFailures, following(state, { type: 'up', ...on(1) }).connectFailures]).toEqual([1, 0]);
  });

  it('gives a newcomer the least load of those in service', () => {
    const used = [checkout(0), checkin(0), checkout(0), checkin(0), checkout(1), checkin(1), checkout(0), checkin(0)];
    const state = stateAfter(opened(), ...up(0, 1), ...used, checkout(1), ...up(2));
    expect(recordAt(state, 2)).toMatchObject({ requestCount: 0, load: 2 });
  });

  it('gives the first one no load', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), checkin(0), retire(0), ...up(1));
    expect(recordAt(state, 1).load).toBe(0);
  });
});

describe('connectFailed', () => {
  it('takes the connection away and counts the failure', () => {
    const state = stateAfter(opened(), connecting(0), failed(0), connecting(0), failed(0));
    expect(state).toMatchObject({ size: 0, connecting: 0, connectFailures: 2 });
    expect(state.connections.get(0)).toBeUndefined();
  });
});

describe('down', () => {
  it('takes the connection away with its leases, which are lost', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 2 }), ...up(0, 1), checkout(0), checkout(0), down(0));
    expect(state).toMatchObject({ size: 1, active: 0, idle: 1, lost: 2, checkins: 0 });
    expect(following(state, checkin(0))).toMatchObject({ checkins: 0, idle: 1 });
  });

  it('does not mistake the next connection on the slot for the one that went down', () => {
    const state = stateAfter(opened(), ...up(0), down(0), { type: 'connecting', slot: 0, connection: 9 }, down(0));
    expect(recordAt(state, 0)).toMatchObject({ id: 9, status: 'connecting' });
  });

  it('is no longer unhealthy once it is gone', () => {
    const state = stateAfter(opened(), ...up(0), health(0, false));
    expect([state.unhealthy, following(state, down(0)).unhealthy]).toEqual([1, 0]);
  });
});

describe('retire', () => {
  it('takes an idle connection out of service', () => {
    const state = stateAfter(opened(), ...up(0), retire(0));
    expect(state).toMatchObject({ size: 1, idle: 0, closing: 1 });
    expect(state.connections.countAvailable()).toBe(0);
  });

  it('lets a lease go on', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), retire(0));
    expect(recordAt(state, 0)).toMatchObject({ status: 'closing', leases: 1 });
    expect(following(state, checkin(0))).toMatchObject({ active: 0, closing: 1, checkins: 1 });
  });

  it('does not count an unhealthy connection that is closing', () => {
    const state = stateAfter(opened(), ...up(0), health(0, false), retire(0), health(0, false));
    expect([state.unhealthy, following(state, removed(0)).unhealthy]).toEqual([0, 0]);
  });
});

describe('removed', () => {
  it('frees the slot', () => {
    const state = stateAfter(opened(), ...up(0), retire(0), removed(0), { type: 'connecting', slot: 0, connection: 2 });
    expect(state).toMatchObject({ size: 1, closing: 0, connecting: 1 });
  });

  it('counts the leases that were not given back as lost', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), retire(0), removed(0));
    expect(state).toMatchObject({ size: 0, lost: 1 });
  });
});

describe('health', () => {
  it('takes a connection out of service after as many failures as it may have', () => {
    const state = stateAfter(opened({ unhealthyAfter: 2 }), ...up(0), health(0, false));
    expect(recordAt(state, 0)).toMatchObject({ health: 'healthy', failureCount: 1 });
    const after = following(state, health(0, false));
    expect(recordAt(after, 0)).toMatchObject({ health: 'unhealthy', failureCount: 2 });
    expect(after).toMatchObject({ idle: 1, unhealthy: 1, healthCheckFailures: 2 });
    expect(after.connections.countAvailable()).toBe(0);
  });

  it('takes it back after one good check', () => {
    const state = stateAfter(opened(), ...up(0), health(0, false), health(0, false), health(0, true));
    expect(recordAt(state, 0)).toMatchObject({ health: 'healthy', failureCount: 0 });
    expect(state).toMatchObject({ unhealthy: 0, healthCheckFailures: 2 });
    expect(state.connections.countAvailable()).toBe(1);
  });

  it('does not make a full connection available', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), health(0, false), health(0, true));
    expect(state.connections.countAvailable()).toBe(0);
  });
});

describe('an event that makes no sense', () => {
  const state = stateAfter(opened(), ...up(0, 1), checkout(1), wait(1), ...up(2), retire(2), connecting(3), {
    type: 'connectFailed',
    ...on(3),
    error: '',
  });

  it.each([
    { type: 'connecting', slot: 0, connection: 50 },
    { type: 'up', ...on(0) },
    { type: 'up', ...on(9) },
    failed(9),
    checkout(1),
    checkout(2),
    checkout(9),
    checkout(1, 1),
    checkout(9, 1),
    checkin(0),
    checkin(9),
    { type: 'destroy', ...on(0), lease: 1, usedMs: 0, reason: '' },
    { type: 'destroy', ...on(9), lease: 1, usedMs: 0, reason: '' },
    down(9),
    { type: 'down', slot: 0, connection: 50, error: '' },
    removed(9),
    retire(2),
    retire(9),
    health(9, false),
    health(9, true),
    leave(7, 'timeout'),
  ] as const)('changes nothing but the version: $type on slot $slot', (event) => {
    const after = following(state, event);
    expect(JSON.stringify({ ...after.toJSON(), version: 0 })).toBe(JSON.stringify({ ...state.toJSON(), version: 0 }));
    expect(after.version).toBe(state.version + 1);
  });
});
