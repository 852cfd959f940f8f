import { describe, expect, it } from 'vitest';
import type { PoolState } from '../../lib/state/pool-state.ts';
import { sticky } from '../../lib/strategies/sticky.ts';
import { checkout, following, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';
import { served } from '../support/served.ts';

const { choose, strategyName } = sticky();
const twenty = Array.from({ length: 20 }, (_, slot) => slot);
const keys = Array.from({ length: 2000 }, (_, i) => `tenant ${i}`);
const state = stateAfter(opened(), ...up(...twenty));

/** Which connection each key has. */
function map(from: PoolState) {
  return new Map(keys.map((key) => [key, choose(from, { key, priority: 0, since: 0 })?.id]));
}

describe('sticky', () => {
  it('has a name', () => {
    expect(strategyName).toBe('sticky');
  });

  it('gives a key the same connection every time', () => {
    expect(map(served(state, choose, 50).state)).toEqual(map(state));
  });

  it('spreads the keys evenly over the connections', () => {
    const ids = [...map(state).values()];
    for (const slot of twenty) {
      const share = ids.filter((id) => id === slot + 1).length;
      // The mean is 100 and the standard deviation 9.7.
      expect(share).toBeGreaterThan(60);
      expect(share).toBeLessThan(140);
    }
  });

  it('moves the keys of a connection that leaves, and no others', () => {
    const before = map(state);
    const after = map(following(state, { type: 'down', ...on(7), error: 'reset' }));
    for (const [key, id] of before) expect(after.get(key) === id, key).toBe(id !== 8);
    const heirs = new Set([...before].filter(([, id]) => id === 8).map(([key]) => after.get(key)));
    expect(heirs.size).toBeGreaterThan(10);
  });

  it('moves keys to a newcomer only', () => {
    const before = map(state);
    const after = map(following(state, ...up(20)));
    const moved = keys.filter((key) => after.get(key) !== before.get(key));
    expect(new Set(moved.map((key) => after.get(key)))).toEqual(new Set([21]));
    expect(moved.length).toBeGreaterThan(50);
    expect(moved.length).toBeLessThan(150);
  });

  it('gives a key the same second connection while its own is in use', () => {
    const request = { key: 'a', priority: 0, since: 0 };
    const first = choose(state, request)?.slot ?? -1;
    const second = choose(following(state, checkout(first)), request)?.slot ?? -1;
    expect(second).not.toBe(first);
    expect(choose(following(state, checkout(first), checkout(20), ...up(30)), request)?.slot).toSatisfy(
      (slot) => slot === second || slot === 30,
    );
  });

  it('takes the key of whoever waits first, where it is told of no request', () => {
    const waiting = following(state, wait(1, 0, 'a'), wait(2, 0, 'b'));
    expect(choose(waiting)).toBe(choose(waiting, { key: 'a', priority: 0, since: 0 }));
  });

  it('serves requests without a key in turn', () => {
    expect(served(state, choose, 5).slots).toEqual([0, 1, 2, 3, 4]);
  });

  it('chooses none where there is none', () => {
    expect(choose(stateAfter(opened()), { key: 'a', priority: 0, since: 0 })).toBeUndefined();
  });
});
