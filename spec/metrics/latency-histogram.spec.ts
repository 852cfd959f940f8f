import { createHistogram } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram, type LatencySummary } from '../../lib/metrics/latency-histogram.ts';
import { seeded } from '../support/seeded.ts';

function histogramOf(ms: Iterable<number>) {
  const histogram = new LatencyHistogram();
  for (const one of ms) histogram.record(one);
  return histogram;
}

const summaryOf = (ms: Iterable<number>) => histogramOf(ms).summary(1000);

const shares = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
] as const;

function drawnUs(seed: number, most = 3000) {
  const below = seeded(seed);
  return Array.from({ length: most / 2 + below(most / 2) }, () => Math.floor(2 ** (below(3200) / 100)));
}

/** The smallest of these that so large a share of them does not exceed. */
function exact(us: readonly number[], share: number) {
  return [...us].sort((a, b) => a - b)[Math.ceil(share * us.length) - 1] ?? 0;
}

describe('LatencyHistogram', () => {
  const nothing = { count: 0, rate: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };

  it('has nothing but zeros when nothing was recorded', () => {
    expect(summaryOf([])).toEqual(nothing);
  });

  it('has one value everywhere when one was recorded', () => {
    const one = { mean: 1500, p50: 1500, p90: 1500, p95: 1500, p99: 1500, p999: 1500, max: 1500 };
    expect(histogramOf([1.5]).summary(500)).toEqual({ count: 1, rate: 2, ...one });
  });

  it('has no rate for a window without length', () => {
    expect(histogramOf([1]).summary(0)).toMatchObject({ count: 1, rate: 0 });
  });

  it('is exact up to 2047 microseconds', () => {
    expect(summaryOf(Array.from({ length: 2000 }, (_, i) => (i + 1) / 1000))).toMatchObject({
      count: 2000,
      rate: 2000,
      mean: 1000.5,
      p50: 1000,
      p90: 1800,
      p95: 1900,
      p99: 1980,
      p999: 1998,
      max: 2000,
    });
  });

  it('is never below the exact value and above it by less than 1/1024', () => {
    for (let us = 1; us < 2 ** 32; us = Math.ceil(us * 1.013)) {
      const { p50 } = summaryOf([us / 1000, 4294967]);
      expect(p50).toBeGreaterThanOrEqual(us);
      expect(p50 - us).toBeLessThan(Math.max(1, us / 1024));
    }
  });

  it.each([61, 62, 63, 64])('agrees with the exact percentiles of random durations (seed %i)', (seed) => {
    const us = drawnUs(seed);
    const summary = summaryOf(us.map((one) => one / 1000));
    for (const [name, share] of shares) {
      const off = summary[name] - exact(us, share);
      expect(off).toBeGreaterThanOrEqual(0);
      expect(off).toBeLessThan(Math.max(1, exact(us, share) / 1024));
    }
    expect(summary.max).toBe(Math.max(...us));
    expect(summary.mean).toBeCloseTo(us.reduce((sum, one) => sum + one, 0) / us.length, 3);
  });

  it.each([71, 72, 73])('is as exact as the histogram of node:perf_hooks (seed %i)', (seed) => {
    // So many that it does not matter how ranks are rounded.
    const us = drawnUs(seed, 200_000).map((one) => one + 1);
    const theirs = createHistogram({ lowest: 1, highest: 2 ** 32, figures: 3 });
    for (const one of us) theirs.record(one);
    const ours = summaryOf(us.map((one) => one / 1000));
    for (const [name, share] of shares) {
      expect(Math.abs(ours[name] / theirs.percentile(100 * share) - 1)).toBeLessThan(1 / 1000);
    }
    expect(ours.count).toBe(theirs.count);
  });

  it('takes what is negative for nothing and what is too long for 71 minutes', () => {
    expect(summaryOf([-5])).toEqual({ ...nothing, count: 1, rate: 1 });
    expect(summaryOf([1e12, Infinity])).toMatchObject({ p50: 2 ** 32 - 1, max: 2 ** 32 - 1 });
  });

  it('forgets everything when it is cleared', () => {
    const histogram = histogramOf([1, 2, 3]);
    expect(histogram.count).toBe(3);
    histogram.clear();
    expect([histogram.count, histogram.summary(1000)]).toEqual([0, nothing]);
    histogram.record(0.002);
    expect(histogram.summary(1000)).toMatchObject({ count: 1, mean: 2, p50: 2, p999: 2, max: 2 });
  });

  it.each([81, 82])('is a sum after an addition, and as before after a subtraction (seed %i)', (seed) => {
    const [first, second] = [drawnUs(seed), drawnUs(seed + 100)].map((us) => us.map((one) => one / 1000));
    if (first === undefined || second === undefined) throw new Error('two were drawn');
    const sum = histogramOf(first);
    const before = sum.summary(1000);
    sum.add(histogramOf(second));
    expectAlike(sum.summary(1000), summaryOf([...first, ...second]));
    sum.subtract(histogramOf(second), before.max);
    expectAlike(sum.summary(1000), before);
    sum.subtract(histogramOf(first), 0);
    expect(sum.summary(1000)).toEqual(nothing);
  });
});

/** The means are sums in another order. */
function expectAlike({ mean, ...actual }: LatencySummary, { mean: expected, ...rest }: LatencySummary) {
  expect(actual).toEqual(rest);
  expect(mean / expected).toBeCloseTo(1, 9);
}
