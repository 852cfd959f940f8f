import { expect, it } from 'vitest';
import { histogramLines } from '../../../lib/cli/load/histogram-lines.ts';
import { bare, latency, sampleOf } from '../samples.ts';

const result = sampleOf({
  latencyUs: { ...latency(1000), count: 200 },
  histogram: [
    [900, 50],
    [1000, 50],
    [1500, 90],
    [9000, 10],
  ],
});

it('has a bar for each step from the fastest to the slowest, and shows a gap', () => {
  expect(histogramLines(result, 60, bare)).toEqual([
    '   ≤ 1.00 ms  ██████████████████████   50.00 %  100',
    '   ≤ 2.00 ms  ████████████████████··   45.00 %  90',
    '   ≤ 5.00 ms  ······················    0.00 %  0',
    '   ≤ 10.0 ms  ██····················    5.00 %  10',
  ]);
});

it('is empty where nothing was answered', () => {
  expect(histogramLines(sampleOf({ histogram: [] }), 60, bare)).toEqual([]);
});
