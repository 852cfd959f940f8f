import { describe, expect, it } from 'vitest';
import { leastLoaded } from '../../lib/strategies/least-loaded.ts';
import { checkin, checkout, following, on, opened, recordAt, stateAfter, up } from '../support/pool-log.ts';
import { seeded } from '../support/seeded.ts';
import { served } from '../support/served.ts';

const { choose, strategyName } = leastLoaded();
const use = (slot: number) => [checkout(slot), checkin(slot)];

describe('leastLoaded', () => {
  it('has a name', () => {
    expect(strategyName).toBe('leastLoaded');
  });

  it('chooses the connection with the fewest requests', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2), ...use(0), ...use(0), ...use(2), ...use(1), ...use(1));
    expect(choose(state)?.slot).toBe(2);
  });

  it('chooses the lowest slot among equals', () => {
    expect(choose(stateAfter(opened(), ...up(2, 1, 0)))?.slot).toBe(0);
  });

  it('looks beyond the first thousand', () => {
    const slots = Array.from({ length: 1100 }, (_, i) => i);
    const state = stateAfter(opened({ maxSize: 1100 }), ...up(...slots), ...slots.slice(0, 1090).flatMap(use));
    expect(choose(state)?.slot).toBe(1090);
  });

  it.each([51, 52, 53])('evens out the requests, in whatever order connections come back (seed %i)', (seed) => {
    const below = seeded(seed);
    let state = stateAfter(opened(), ...up(0, 1, 2, 3, 4, 5, 6));
    const held: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const slot = choose(state)?.slot;
      if (slot !== undefined && held.length < 5) {
        held.push(slot);
        state = following(state, checkout(slot));
      }
      if (below(2) === 0) state = following(state, ...held.splice(below(held.length), 1).map((one) => checkin(one)));
    }
    const counts = [...state.connections].map(({ requestCount }) => requestCount);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(8);
  });

  it('gives the first lease to the least busy connection when they are shared', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 2 }), ...up(0, 1), ...use(1), ...use(1), checkout(0));
    expect(choose(state)?.slot).toBe(1);
  });

  it('lets a newcomer join at the minimum, so that it does not draw all traffic', () => {
    const before = served(stateAfter(opened(), ...up(0, 1, 2)), choose, 300).state;
    const { slots, state } = served(following(before, ...up(3)), choose, 40);
    expect([0, 1, 2, 3].map((slot) => slots.filter((one) => one === slot).length)).toEqual([10, 10, 10, 10]);
    expect(recordAt(state, 3)).toMatchObject({ requestCount: 10, load: 110 });
  });

  it('does not let the head start of a connection outlive it', () => {
    const before = served(stateAfter(opened(), ...up(0, 1)), choose, 100).state;
    const after = following(before, { type: 'down', ...on(0), error: '' }, { type: 'down', ...on(1), error: '' });
    expect(recordAt(following(after, ...up(0)), 0).load).toBe(0);
  });
});
