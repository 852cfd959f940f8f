import { describe, expect, it } from 'vitest';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import {
  checkin,
  checkout,
  following,
  leave,
  logOf,
  on,
  opened,
  recordAt,
  stateAfter,
  up,
  wait,
} from '../support/pool-log.ts';

describe('reduce', () => {
  it('edits a state that nobody else has, and returns it', () => {
    const state = new Snapshot();
    const [event] = logOf([opened()]);
    expect(event && reduce(state, event)).toBe(state);
  });

  it('leaves a state that was handed out as it is', () => {
    const state = stateAfter(opened(), ...up(0));
    const before = JSON.stringify(state);
    const after = following(state, checkout(0), wait(1));
    expect(after).not.toBe(state);
    expect(JSON.stringify(state)).toBe(before);
  });

  it('takes the version of each event', () => {
    expect(stateAfter(opened(), wait(1), wait(2)).version).toBe(3);
  });
});

describe('opened', () => {
  it('sets what the options say', () => {
    const options = {
      name: 'tools',
      strategy: 'random',
      minSize: 2,
      maxSize: 9,
      maxLeasesPerConnection: 3,
      unhealthyAfter: 2,
      maxWaiting: 4,
      seed: -5,
    };
    expect(stateAfter(opened(options))).toMatchObject({ ...options, floor: 2, phase: 'open', size: 0, waiting: 0 });
  });
});

describe('checkout', () => {
  it('makes an idle connection active and counts the lease', () => {
    const state = stateAfter(opened(), ...up(0, 1), { ...checkout(1), at: 77 });
    expect(recordAt(state, 1)).toMatchObject({ status: 'active', leases: 1, requestCount: 1, load: 1, lastUsedAt: 77 });
    expect(state).toMatchObject({ idle: 1, active: 1, checkouts: 1, waitedMs: 2, cursor: 2 });
  });

  it('takes its waiter out of the queue', () => {
    const state = stateAfter(opened(), ...up(0), wait(1), wait(2), checkout(0, 2));
    expect([...state.waiters].map(({ id }) => id)).toEqual([1]);
  });

  it('moves the seed on', () => {
    const seeds = new Set([stateAfter(opened(), ...up(0, 1))].flatMap((s) => [s.seed, following(s, checkout(0)).seed]));
    expect(seeds.size).toBe(2);
  });

  it('leases a connection as often as it may be shared', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 2 }), ...up(0), checkout(0), checkout(0), checkout(0));
    expect(recordAt(state, 0)).toMatchObject({ status: 'active', leases: 2 });
    expect(state).toMatchObject({ active: 1, checkouts: 2 });
    expect(state.connections.countAvailable()).toBe(0);
  });
});

describe('checkin', () => {
  it('makes the connection idle and available again', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), { ...checkin(0), at: 99 });
    expect(recordAt(state, 0)).toMatchObject({ status: 'idle', leases: 0, requestCount: 1, lastUsedAt: 99 });
    expect(state).toMatchObject({ idle: 1, active: 0, checkouts: 1, checkins: 1 });
    expect(state.connections.countAvailable()).toBe(1);
  });

  it('leaves a shared connection active until the last lease is over', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 2 }), ...up(0), checkout(0), checkout(0), checkin(0));
    expect(state).toMatchObject({ idle: 0, active: 1 });
    expect(following(state, checkin(0))).toMatchObject({ idle: 1, active: 0 });
  });

  it('does not make a closing connection available again', () => {
    const retire = { type: 'retire', ...on(0), reason: 'maxUses' } as const;
    const state = stateAfter(
      opened({ maxLeasesPerConnection: 2 }),
      ...up(0),
      checkout(0),
      checkout(0),
      retire,
      checkin(0),
    );
    expect(recordAt(state, 0)).toMatchObject({ status: 'closing', leases: 1 });
    expect(state.connections.countAvailable()).toBe(0);
  });

  it('does not make an unhealthy connection available again', () => {
    const bad = { type: 'health', ...on(0), healthy: false, error: 'no' } as const;
    const state = stateAfter(opened(), ...up(0), checkout(0), bad, checkin(0));
    expect(recordAt(state, 0)).toMatchObject({ status: 'idle', health: 'unhealthy' });
    expect(state.connections.countAvailable()).toBe(0);
  });
});

describe('destroy', () => {
  const destroy = { type: 'destroy', ...on(0), lease: 1, usedMs: 1, reason: 'broken' } as const;

  it('ends the lease and begins to close the connection', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0), destroy);
    expect(recordAt(state, 0)).toMatchObject({ status: 'closing', leases: 0 });
    expect(state).toMatchObject({ active: 0, idle: 0, closing: 1, checkins: 0, destroyed: 1 });
  });

  it('leaves the other leases of a shared connection alone', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 3 }), ...up(0), checkout(0), checkout(0), destroy);
    expect(recordAt(state, 0)).toMatchObject({ status: 'closing', leases: 1 });
    expect(following(state, checkin(0))).toMatchObject({ closing: 1, checkins: 1 });
  });
});

describe('the queue', () => {
  it('keeps whoever waits, with key, priority and since', () => {
    const state = stateAfter(opened(), { ...wait(1), at: 5 }, { ...wait(2, 3, 'k'), at: 6 });
    expect([...state.waiters]).toEqual([
      { id: 2, key: 'k', priority: 3, since: 6 },
      { id: 1, priority: 0, since: 5 },
    ]);
    expect(state).toMatchObject({ waiting: 2, next: { id: 2, key: 'k' } });
  });

  it.each([
    ['timeout', 1],
    ['closed', 1],
    ['overloaded', 1],
    ['connectFailed', 1],
    ['cancelled', 0],
  ] as const)('counts %i failed for whoever leaves by %s', (reason, failedCheckouts) => {
    const state = stateAfter(opened(), wait(1), wait(2), leave(1, reason));
    expect(state).toMatchObject({ waiting: 1, failedCheckouts });
  });

  it('counts a refusal as failed', () => {
    expect(stateAfter(opened(), { type: 'refuse', reason: 'overloaded' }).failedCheckouts).toBe(1);
  });
});

describe('allowance', () => {
  const allow = (limit: number) => ({ type: 'allowance', limit, mode: 'held', epoch: 4 }) as const;

  it('is maxSize where the pool shares no bound', () => {
    expect(stateAfter(opened({ maxSize: 7 }))).toMatchObject({ allowed: 7, allowedBy: null });
  });

  it('is nothing before the first grant', () => {
    expect(stateAfter(opened({ maxSize: 7, hasAllowance: true }))).toMatchObject({ allowed: 0, allowedBy: null });
  });

  it('is what was granted last, and by what right, within maxSize', () => {
    const state = stateAfter(opened({ maxSize: 7, hasAllowance: true }), allow(3));
    expect(state).toMatchObject({ allowed: 3, allowedBy: 'held', maxSize: 7, floor: 0, size: 0 });
    expect(following(state, allow(9))).toMatchObject({ allowed: 7 });
    expect(state.allowed).toBe(3);
  });
});

describe('the pool', () => {
  it('counts checkins that made no sense', () => {
    expect(stateAfter(opened(), { type: 'invalidCheckin', lease: 1, reason: 'twice' }).invalidCheckins).toBe(1);
  });

  it('counts failures of the strategy', () => {
    expect(stateAfter(opened(), { type: 'strategyFailed', error: 'x' }).strategyFailures).toBe(1);
  });

  it('has a surplus after a resize to less than it has, which what leaves reduces', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2), { type: 'resize', size: 1 });
    expect(state).toMatchObject({ floor: 1, surplus: 2 });
    const after = following(
      state,
      { type: 'retire', ...on(0), reason: 'resize' },
      { type: 'down', ...on(1), error: '' },
    );
    expect([after.surplus, following(after, { type: 'removed', ...on(0) }).surplus]).toEqual([0, 0]);
  });

  it('has no surplus after a resize to more than it has', () => {
    expect(stateAfter(opened(), ...up(0), { type: 'resize', size: 5 })).toMatchObject({ floor: 5, surplus: 0 });
  });

  it('goes from open through draining to closed, and not back', () => {
    const drained = stateAfter(opened(), { type: 'drain' });
    const closed = following(drained, { type: 'closed' });
    expect([drained.phase, closed.phase, following(closed, { type: 'drain' }).phase]).toEqual([
      'draining',
      'closed',
      'closed',
    ]);
  });
});
