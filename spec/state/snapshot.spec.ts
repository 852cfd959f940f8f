import { describe, expect, it } from 'vitest';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { checkout, following, logOf, opened, stateAfter, up, wait } from '../support/pool-log.ts';
import { randomLog } from '../support/random-log.ts';

/** The paths of values that JSON would lose or change. */
function lostIn(value: unknown, path = '$'): string[] {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return [path];
  if (typeof value === 'function' || value instanceof Error) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => lostIn(part, `${path}.${key}`));
}

describe('Snapshot', () => {
  it('is complete in JSON', () => {
    const state = stateAfter(
      opened({ name: 'tools', minSize: 1 }),
      ...up(0),
      { ...checkout(0), at: 50 },
      wait(7, 2, 'k'),
    );
    expect(JSON.parse(JSON.stringify(state))).toEqual({
      version: 5,
      name: 'tools',
      strategy: 'roundRobin',
      phase: 'open',
      minSize: 1,
      maxSize: 1000,
      allowed: 1000,
      allowedBy: null,
      floor: 1,
      maxLeasesPerConnection: 1,
      unhealthyAfter: 1,
      maxWaiting: 100,
      idle: 0,
      active: 1,
      connecting: 0,
      closing: 0,
      unhealthy: 0,
      withheld: 0,
      hasPins: false,
      pinned: 0,
      unpinnedKeys: 0,
      hasEndpoints: false,
      endpoints: [],
      endpointsEnded: false,
      moving: 0,
      restingUntil: 0,
      waitingSince: 50,
      surplus: 0,
      lowIdle: 0,
      lowIdleBefore: [],
      connectFailures: 0,
      circuit: 'closed',
      retryAt: 0,
      connectMs: 10,
      useMs: 0,
      returnedAt: 0,
      upAt: 30,
      latencyDecayMs: 0,
      endedBefore: 0,
      grownFrom: 0,
      grownFromUseMs: 0,
      seed: (1 + 0x9e3779b9) | 0,
      cursor: 1,
      lastError: '',
      healthSince: 30,
      checkouts: 1,
      checkins: 0,
      destroyed: 0,
      lost: 0,
      failedCheckouts: 0,
      invalidCheckins: 0,
      healthCheckFailures: 0,
      strategyFailures: 0,
      timeouts: 0,
      connects: 1,
      failedConnects: 0,
      deaths: 0,
      leaks: 0,
      waitedMs: 2,
      size: 1,
      waiting: 1,
      next: { id: 7, key: 'k', priority: 2, since: 50 },
      waiters: [{ id: 7, key: 'k', priority: 2, since: 50 }],
      connections: [
        {
          id: 1,
          slot: 0,
          status: 'active',
          health: 'healthy',
          leases: 1,
          requestCount: 1,
          load: 1,
          failureCount: 0,
          checking: false,
          latencyMs: 0,
          latencyAt: 0,
          withheld: false,
          pin: null,
          createdAt: 20,
          lastUsedAt: 50,
          info: null,
        },
      ],
    });
  });

  it('has every property in its JSON that it has itself', () => {
    const state = stateAfter(opened(), wait(1));
    const own = [...Object.keys(state), 'endpoints', 'size', 'waiting', 'next'];
    expect(Object.keys(state.toJSON()).sort()).toEqual(own.sort());
  });

  it.each([300, 301, 302, 303])('holds nothing that JSON loses, nor do the events (seed %i)', (seed) => {
    const log = randomLog(seed, 500);
    expect(lostIn(log)).toEqual([]);
    let state = new Snapshot();
    for (const event of log) {
      state = reduce(state, event);
      if (event.version % 25 === 0) expect(lostIn(state.toJSON())).toEqual([]);
    }
  });

  it('has equal JSON for equal states that were reached with and without being looked at', () => {
    const log = randomLog(310, 500);
    const unseen = log.reduce((state, event) => reduce(state, event), new Snapshot());
    const seen = log.reduce((state, event) => {
      state.connections.leastLoaded();
      return reduce(state.handOut(), event);
    }, new Snapshot());
    expect(JSON.stringify(seen)).toBe(JSON.stringify(unseen));
  });

  it('can be iterated any number of times', () => {
    const { connections, waiters } = stateAfter(opened(), ...up(0, 1), wait(1));
    expect([[...connections].length, [...connections].length]).toEqual([2, 2]);
    expect([[...waiters].length, [...waiters].length]).toEqual([1, 1]);
  });

  it('has the first waiter as next, and none when nobody waits', () => {
    const state = stateAfter(opened(), wait(1), wait(2, 1));
    expect(state.next).toMatchObject({ id: 2 });
    expect(stateAfter(opened()).next).toBeUndefined();
  });
});

describe('serving', () => {
  const request = { key: 'k', priority: 3, since: 8 };

  it('has the request as next and is the same state otherwise', () => {
    const state = stateAfter(opened(), ...up(0), wait(1));
    const view = state.serving(request);
    expect(view.next).toEqual(request);
    expect({ ...view.toJSON(), next: undefined }).toEqual({ ...state.toJSON(), next: undefined });
  });

  it('never changes, nor does it change the state that it shows', () => {
    const live = logOf([opened(), ...up(0, 1)]).reduce(reduce, new Snapshot());
    const view = live.serving(request);
    const before = JSON.stringify(view);
    const after = following(live, checkout(0), wait(1));
    expect(JSON.stringify(view)).toBe(before);
    expect([live.next, after.next]).toMatchObject([undefined, { id: 1 }]);
  });
});
