import { describe, expect, it } from 'vitest';
import { roundRobin } from '../../lib/strategies/round-robin.ts';
import { checkout, following, health, on, opened, stateAfter, up } from '../support/pool-log.ts';
import { served } from '../support/served.ts';

const { choose, strategyName } = roundRobin();
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('roundRobin', () => {
  it('has a name', () => {
    expect(strategyName).toBe('roundRobin');
  });

  it('goes round, though each connection is free again before the next request', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2));
    expect(served(state, choose, 8).slots).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
  });

  it('goes round two thousand connections', () => {
    const state = stateAfter(opened({ maxSize: 2100 }), ...up(...range(0, 2080)));
    const { slots } = served(state, choose, 2082);
    expect(slots).toEqual([...range(0, 2080), 0, 1]);
  });

  it('passes over those in use, and comes back to them later', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2, 3), checkout(0), checkout(1));
    expect(served(state, choose, 3).slots).toEqual([2, 3, 2]);
  });

  it('shares evenly among those that are left after a removal', () => {
    const before = served(stateAfter(opened(), ...up(0, 1, 2, 3)), choose, 2).state;
    const after = following(before, { type: 'down', ...on(2), error: '' });
    expect(served(after, choose, 6).slots).toEqual([3, 0, 1, 3, 0, 1]);
  });

  it('takes a newcomer into the round', () => {
    const before = served(stateAfter(opened(), ...up(0, 1)), choose, 3).state;
    expect(served(following(before, ...up(2)), choose, 5).slots).toEqual([1, 2, 0, 1, 2]);
  });

  it('goes round those that are healthy', () => {
    const state = stateAfter(opened(), ...up(0, 1, 2), health(1, false));
    const { slots, state: after } = served(state, choose, 3);
    expect(slots).toEqual([0, 2, 0]);
    expect(served(following(after, health(1, true)), choose, 3).slots).toEqual([1, 2, 0]);
  });

  it('gives each connection one lease before it gives any a second one', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 3 }), ...up(0, 1));
    expect(served(state, choose, 7, () => []).slots).toEqual([0, 1, 0, 1, 0, 1]);
  });
});
