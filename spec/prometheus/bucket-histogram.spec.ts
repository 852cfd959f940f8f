import fc from 'fast-check';
import { Histogram } from 'prom-client';
import { expect, it } from 'vitest';
import { BucketHistogram } from '../../lib/prometheus/bucket-histogram.ts';

it('counts as the histograms of prom-client do', async () => {
  const values = fc.array(fc.double({ min: 0, max: 4000, noNaN: true }), { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(values, async (all) => {
      const buckets = [0.1, 0.5, 1, 2.5];
      const ours = new BucketHistogram(buckets);
      const theirs = new Histogram({ name: 'x', help: 'x', buckets, registers: [] });
      for (const ms of all) {
        ours.record(ms);
        theirs.observe(ms / 1000);
      }
      const { values: samples } = await theirs.get();
      const counted = samples.filter(({ metricName }) => metricName === 'x_bucket').map(({ value }) => value);
      expect([...ours.cumulative(), ours.count]).toEqual(counted);
      expect(ours.sum).toBeCloseTo(samples.find(({ metricName }) => metricName === 'x_sum')?.value ?? NaN, 6);
    }),
    { numRuns: 50 },
  );
});

it('adds up', () => {
  const [a, b] = [new BucketHistogram([1, 2]), new BucketHistogram([1, 2])];
  a.record(500);
  b.record(1000);
  b.record(3000);
  a.add(b);
  expect([a.cumulative(), a.count, a.sum]).toEqual([[2, 2], 3, 4.5]);
});
