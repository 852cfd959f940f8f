import { expect, it } from 'vitest';
import { heatOf, heatRangeOf, heatStepOf } from '../../../lib/dashboard/shared/heat.ts';

it('has four steps in each power of ten, and every duration in one of them', () => {
  expect([0, 1, 2, 9, 10, 1000, 1_000_000, 4_000_000_000].map(heatStepOf)).toEqual([0, 0, 1, 3, 4, 12, 24, 31]);
  for (let us = 1; us < 10_000_000; us = Math.ceil(us * 1.3)) {
    const [from, to] = heatRangeOf(heatStepOf(us));
    expect(us).toBeGreaterThanOrEqual(from * 0.999);
    expect(us).toBeLessThan(to);
  }
});

it('adds up what falls into a step, and leaves out what is empty', () => {
  expect(heatOf([])).toEqual([]);
  expect(
    heatOf([
      [1000, 2],
      [1100, 3],
      [50_000, 1],
    ]),
  ).toEqual([12, 5, 18, 1]);
});
