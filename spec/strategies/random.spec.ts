import { describe, expect, it } from 'vitest';
import { replay } from '../../lib/state/replay.ts';
import { random } from '../../lib/strategies/random.ts';
import { checkin, checkout, logOf, opened, stateAfter, up } from '../support/pool-log.ts';
import { served } from '../support/served.ts';

const { choose, strategyName } = random();
const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** How far these counts are from equal ones: Pearson's statistic. */
function chiSquare(counts: readonly number[]) {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

function drawn(seed: number, requests: number) {
  return served(stateAfter(opened({ seed }), ...up(...ten)), choose, requests).slots;
}

describe('random', () => {
  it('has a name', () => {
    expect(strategyName).toBe('random');
  });

  it('makes the same choices for the same seed and log', () => {
    expect(drawn(42, 200)).toEqual(drawn(42, 200));
  });

  it('makes other choices for another seed', () => {
    expect(drawn(42, 50)).not.toEqual(drawn(43, 50));
  });

  it('chooses alike after a replay', () => {
    const log = logOf([opened({ seed: 9 }), ...up(...ten), checkout(3), checkin(3)]);
    expect(choose(replay(log))?.slot).toBe(choose(replay(JSON.parse(JSON.stringify(log)) as typeof log))?.slot);
  });

  it.each([0, 1, 2, -1, 123456789])('is uniform over the connections (seed %i)', (seed) => {
    const slots = drawn(seed, 5000);
    // 99.9 % of fair draws stay below 27.9 with ten connections.
    expect(chiSquare(ten.map((slot) => slots.filter((one) => one === slot).length))).toBeLessThan(40);
  });

  it.each([0, 1, 2, -1, 123456789])('is uniform over pairs of choices in a row (seed %i)', (seed) => {
    const slots = drawn(seed, 5000);
    const counts = new Array<number>(100).fill(0);
    slots.slice(1).forEach((slot, i) => {
      const pair = 10 * (slots[i] ?? 0) + slot;
      counts[pair] = (counts[pair] ?? 0) + 1;
    });
    // 99.9 % of fair draws stay below 148 with a hundred pairs.
    expect(chiSquare(counts)).toBeLessThan(190);
  });

  it.each([3, 7, 23])('is uniform over the few that are available among many (%i)', (few) => {
    const slots = Array.from({ length: 40 }, (_, i) => i);
    const free = slots.filter((slot) => slot % Math.floor(40 / few) === 2).slice(0, few);
    const busy = slots.filter((slot) => !free.includes(slot));
    const state = stateAfter(opened({ seed: few }), ...up(...slots), ...busy.map((slot) => checkout(slot)));
    const chosen = served(state, choose, 3000).slots;
    expect(new Set(chosen)).toEqual(new Set(free));
    expect(chiSquare(free.map((slot) => chosen.filter((one) => one === slot).length))).toBeLessThan(60);
  });

  it('chooses among those that are available', () => {
    const state = stateAfter(opened({ seed: 5 }), ...up(0, 1, 2, 3), checkout(0), checkout(2));
    expect(new Set(served(state, choose, 50).slots)).toEqual(new Set([1, 3]));
  });
});
