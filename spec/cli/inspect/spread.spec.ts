import { expect, it } from 'vitest';
import { spreadOf } from '../../../lib/cli/inspect/spread.ts';

it('is the middle one and, of few, the longest, in whatever order they came', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ times: 5, p50Ms: 3, p99Ms: 5 });
  expect(spreadOf([7])).toEqual({ times: 1, p50Ms: 7, p99Ms: 7 });
  const [many, ...others] = Array.from({ length: 200 }, (_, i) => i + 1).reverse();
  expect(spreadOf([many ?? 0, ...others])).toEqual({ times: 200, p50Ms: 100, p99Ms: 198 });
});
