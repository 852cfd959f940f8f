import { describe, expect, it } from 'vitest';
import { jitterOf } from '../../lib/base/jitter.ts';

const draw = (seed: number, count: number) => {
  const random = jitterOf(seed);
  return Array.from({ length: count }, () => random());
};

describe('jitterOf', () => {
  it('draws the same numbers for the same seed, and others for another', () => {
    expect(draw(7, 20)).toEqual(draw(7, 20));
    expect(draw(7, 20)).not.toEqual(draw(8, 20));
  });

  it.each([0, 1, -5, 2 ** 31])('draws evenly from 0 up to 1 (seed %i)', (seed) => {
    const numbers = draw(seed, 10_000);
    const tenths = new Array<number>(10).fill(0);
    for (const number of numbers) tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
