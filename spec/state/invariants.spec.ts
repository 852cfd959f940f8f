import { describe, expect, it } from 'vitest';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import { type Totals, isAvailable } from '../../lib/state/pool-state.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { randomLog } from '../support/random-log.ts';

const seeds = Array.from({ length: 8 }, (_, i) => 100 + i);

/** Looks at the state after each event of a random log, and at the event. */
function eachState(seed: number, look: (state: Snapshot, event: PoolEvent) => void) {
  let state = new Snapshot();
  for (const event of randomLog(seed, 700)) {
    state = reduce(state, event);
    look(state, event);
  }
}

function totalsOf(state: Snapshot): Totals {
  const { checkouts, checkins, destroyed, lost, failedCheckouts, invalidCheckins } = state;
  const { healthCheckFailures, strategyFailures, waitedMs, connects, leaks } = state;
  const { timeouts, failedConnects, deaths } = state;
  const leases = { checkouts, checkins, destroyed, lost };
  return {
    ...leases,
    failedCheckouts,
    invalidCheckins,
    healthCheckFailures,
    strategyFailures,
    waitedMs,
    timeouts,
    connects,
    failedConnects,
    deaths,
    leaks,
  };
}

describe('random logs', () => {
  it('are of every kind of event', () => {
    const types = new Set(seeds.flatMap((seed) => randomLog(seed, 700).map(({ type }) => type)));
    expect([...types].sort()).toEqual([
      'allowance',
      'checkin',
      'checkout',
      'circuit',
      'connectFailed',
      'connecting',
      'destroy',
      'down',
      'drain',
      'endpointBack',
      'endpointListed',
      'endpointSetAside',
      'endpointUnlisted',
      'endpointsEnded',
      'endpointsFailed',
      'health',
      'invalidCheckin',
      'leak',
      'leave',
      'notice',
      'opened',
      'refuse',
      'removed',
      'resize',
      'rested',
      'resting',
      'retire',
      'strategyFailed',
      'sweep',
      'up',
      'wait',
    ]);
  });

  it.each(seeds)('I1 the parts make up the size, which stays within bounds (seed %i)', (seed) => {
    let most = 0;
    eachState(seed, ({ idle, active, connecting, closing, size, maxSize, connections, unhealthy }) => {
      const records = [...connections];
      const having = (status: string) => records.filter((record) => record.status === status).length;
      const gauges = { idle, active, connecting, closing, size };
      const counted = { idle: having('idle'), active: having('active'), connecting: having('connecting') };
      expect(gauges).toEqual({ ...counted, closing: having('closing'), size: records.length });
      expect(size).toBeLessThanOrEqual(maxSize);
      const bad = records.filter(({ health, status }) => health === 'unhealthy' && status !== 'closing');
      expect(unhealthy).toBe(bad.length);
      most = Math.max(most, size);
    });
    expect(most).toBeGreaterThan(5);
  });

  it.each(seeds)('I2 a connection has as many leases as it may, and is idle only without any (seed %i)', (seed) => {
    eachState(seed, (state) => {
      const wrong = [...state.connections].filter(({ leases, status }) => {
        const isWithin = leases >= 0 && leases <= state.maxLeasesPerConnection;
        return !isWithin || (status !== 'closing' && leases > 0 !== (status === 'active'));
      });
      expect(wrong).toEqual([]);
    });
  });

  it.each(seeds)('I14 every lease is accounted for, and no counter falls (seed %i)', (seed) => {
    let before = totalsOf(new Snapshot());
    eachState(seed, (state) => {
      const held = [...state.connections].reduce((sum, { leases }) => sum + leases, 0);
      const after = totalsOf(state);
      expect(after.checkouts).toBe(after.checkins + after.destroyed + after.lost + held);
      const names = Object.keys(after) as (keyof Totals)[];
      expect(names.filter((name) => after[name] < before[name])).toEqual([]);
      before = after;
    });
    expect(before.checkouts).toBeGreaterThan(20);
  });

  it.each(seeds)('the available connections are those that can be leased (seed %i)', (seed) => {
    eachState(seed, (state) => {
      const able = [...state.connections].filter((record) => isAvailable(state, record));
      expect(state.connections.countAvailable()).toBe(able.length);
      expect(able.map((_, n) => state.connections.nthAvailable(n))).toEqual(able);
    });
  });
});
