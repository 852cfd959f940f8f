import { describe, expect, it } from 'vitest';
import type { PoolState } from '../../lib/state/pool-state.ts';
import { powerOfTwoChoices } from '../../lib/strategies/power-of-two-choices.ts';
import { random } from '../../lib/strategies/random.ts';
import { checkin, checkout, opened, recordAt, stateAfter, up } from '../support/pool-log.ts';
import { served } from '../support/served.ts';

const { choose, strategyName } = powerOfTwoChoices();
const hundred = Array.from({ length: 100 }, (_, slot) => slot);

function spreadOf({ connections }: PoolState) {
  const loads = [...connections].map(({ load }) => load);
  return Math.max(...loads) - Math.min(...loads);
}

describe('powerOfTwoChoices', () => {
  it('has a name', () => {
    expect(strategyName).toBe('powerOfTwoChoices');
  });

  it.each([1, 2, 3, 4, 5])('takes the one with less load where there are two (seed %i)', (seed) => {
    const state = stateAfter(opened({ seed }), ...up(0, 1), checkout(1), checkin(1));
    expect(choose(state)?.slot).toBe(0);
  });

  it.each([1, 2, 3, 4, 5])('takes the one with fewer leases, whatever its load (seed %i)', (seed) => {
    const used = [checkout(0), checkin(0), checkout(0), checkin(0)];
    const state = stateAfter(opened({ seed, maxLeasesPerConnection: 2 }), ...up(0, 1), ...used, checkout(1));
    expect(choose(state)?.slot).toBe(0);
  });

  it('never takes the one with most load', () => {
    let state = stateAfter(opened({ seed: 7 }), ...up(0, 1, 2, 3));
    for (let i = 0; i < 100; i++) {
      const loads = [0, 1, 2, 3].map((slot) => recordAt(state, slot).load);
      const most = Math.max(...loads);
      const chosen = recordAt(state, choose(state)?.slot ?? -1).load;
      if (loads.filter((load) => load === most).length === 1) expect(chosen).toBeLessThan(most);
      state = served(state, choose, 1).state;
    }
  });

  it('spreads the load far more evenly than drawing one', () => {
    const state = stateAfter(opened({ seed: 3 }), ...up(...hundred));
    expect(spreadOf(served(state, choose, 5000).state)).toBeLessThanOrEqual(10);
    expect(spreadOf(served(state, random().choose, 5000).state)).toBeGreaterThan(20);
  });

  it('draws any two where few are available among many', () => {
    const free = [3, 50, 97];
    const busy = hundred.filter((slot) => !free.includes(slot)).map((slot) => checkout(slot));
    const state = stateAfter(opened({ seed: 11 }), ...up(...hundred), ...busy);
    expect(new Set(served(state, choose, 30).slots)).toEqual(new Set(free));
  });

  it('takes the only one', () => {
    expect(choose(stateAfter(opened(), ...up(0, 1), checkout(0)))?.slot).toBe(1);
  });
});
