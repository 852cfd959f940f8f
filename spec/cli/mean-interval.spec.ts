import { expect, it } from 'vitest';
import { meanInterval } from '../../lib/cli/mean-interval.ts';

it('is the mean and the 95 % confidence interval by the t distribution', () => {
  // Mean 3, deviation √2.5, t of four degrees of freedom 2.78.
  const { mean, margin, count } = meanInterval([1, 2, 3, 4, 5]);
  expect([mean, count]).toEqual([3, 5]);
  expect(margin).toBeCloseTo(2.78 * Math.sqrt(2.5 / 5));
});

it('knows nothing of how a single value varies', () => {
  expect(meanInterval([7])).toEqual({ mean: 7, margin: Infinity, count: 1 });
  expect(meanInterval([])).toEqual({ mean: 0, margin: Infinity, count: 0 });
});

it('has no margin where nothing varies, for many values too', () => {
  expect(meanInterval(Array.from({ length: 40 }, () => 7))).toEqual({ mean: 7, margin: 0, count: 40 });
});
