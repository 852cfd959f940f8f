import { describe, expect, it } from 'vitest';
import { capacityOf, pressureOf } from '../../lib/metrics/headroom.ts';
import { checkin, checkout, health, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';

const timeoutMs = 1000;

describe('pressureOf', () => {
  it('is nothing while nothing is leased', () => {
    expect(pressureOf(stateAfter(opened({ maxSize: 4 }), ...up(0, 1)), timeoutMs)).toBe(0);
  });

  it('grows up to a half with the leases of those that there may ever be at once', () => {
    const options = opened({ maxSize: 4, maxLeasesPerConnection: 2 });
    expect(pressureOf(stateAfter(options, ...up(0), checkout(0)), timeoutMs)).toBe(0.5 / 8);
    const all = [0, 1, 2, 3].flatMap((slot) => [...up(slot), checkout(slot), checkout(slot)]);
    expect(pressureOf(stateAfter(options, ...all), timeoutMs)).toBe(0.5);
  });

  it('grows on with the queue', () => {
    const options = opened({ maxSize: 1, maxWaiting: 4 });
    const full = [...up(0), checkout(0)];
    const waiting = [1, 2, 3, 4].map((waiter) => wait(waiter));
    const pressures = [1, 2, 4].map((n) => pressureOf(stateAfter(options, ...full, ...waiting.slice(0, n)), timeoutMs));
    expect(pressures).toEqual([0.625, 0.75, 1]);
  });

  it('tells how much of its time a checkout would spend in the queue, where that is more', () => {
    // A use takes 3 ms.
    const events = [...up(0), checkout(0), checkin(0), checkout(0), wait(1), wait(2)];
    const state = stateAfter(opened({ maxSize: 1, maxWaiting: 1000 }), ...events);
    expect(pressureOf(state, 60)).toBeCloseTo(0.5 + 0.5 * (6 / 60));
    expect(pressureOf(state, 5)).toBe(1);
    expect(pressureOf(state, 0)).toBeCloseTo(0.501);
  });

  it('is full while nothing is up and nothing can be opened, and once the pool is being closed', () => {
    const failed = { type: 'circuit', circuit: 'open', retryAt: 1e6 } as const;
    expect(pressureOf(stateAfter(opened(), failed), timeoutMs)).toBe(1);
    expect(pressureOf(stateAfter(opened(), ...up(0), failed), timeoutMs)).toBe(0);
    expect(pressureOf(stateAfter(opened(), failed, wait(1)), timeoutMs)).toBe(1);
    expect(pressureOf(stateAfter(opened(), ...up(0), { type: 'drain' }), timeoutMs)).toBe(1);
  });
});

describe('capacityOf', () => {
  it('counts what is free now', () => {
    expect(capacityOf(stateAfter(opened(), ...up(0, 1, 2)))).toBe(3);
    expect(capacityOf(stateAfter(opened(), ...up(0, 1, 2), checkout(1)))).toBe(2);
  });

  it('counts the leases that shared connections have left', () => {
    const state = stateAfter(
      opened({ maxLeasesPerConnection: 3 }),
      ...up(0, 1, 2),
      checkout(1),
      checkout(1),
      checkout(2),
    );
    expect(capacityOf(state)).toBe(6);
  });

  it('leaves out what nobody gets', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2, 3), health(0, false), {
      type: 'retire',
      ...on(1),
      reason: 'maxUses',
    });
    expect(capacityOf(state)).toBe(2);
  });

  it('is nothing while somebody waits, and when the pool is being closed', () => {
    expect(capacityOf(stateAfter(opened(), ...up(0), wait(1)))).toBe(0);
    expect(capacityOf(stateAfter(opened(), ...up(0), { type: 'drain' }))).toBe(0);
  });
});
