import { describe, expect, it } from 'vitest';
import { LatencyWindow } from '../../lib/metrics/latency-window.ts';
import { seeded } from '../support/seeded.ts';

function windowOf(ms: Iterable<number>) {
  const window = new LatencyWindow();
  for (const one of ms) window.record(one);
  return window;
}

/** The smallest of these that so large a share of them does not exceed. */
function exact(us: readonly number[], share: number) {
  return [...us].sort((a, b) => a - b)[Math.ceil(share * us.length) - 1] ?? 0;
}

describe('LatencyWindow', () => {
  it('has nothing but zeros when nothing was recorded', () => {
    expect(new LatencyWindow().percentiles()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
  });

  it('has one value everywhere when one was recorded', () => {
    expect(windowOf([1.5]).percentiles()).toEqual({ p50: 1500, p95: 1500, p99: 1500, max: 1500 });
  });

  it('is exact up to 127 microseconds', () => {
    const window = windowOf(Array.from({ length: 100 }, (_, i) => (i + 1) / 1000));
    expect(window.percentiles()).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  });

  it('is never below the exact value and above it by less than 1/64', () => {
    for (let us = 1; us < 2 ** 32; us = Math.ceil(us * 1.013)) {
      const window = windowOf([us / 1000, 4294967]);
      const { p50 } = window.percentiles();
      expect(p50).toBeGreaterThanOrEqual(us);
      expect(p50 - us).toBeLessThan(Math.max(1, us / 64));
    }
  });

  it.each([61, 62, 63, 64])('agrees with the exact percentiles of random durations (seed %i)', (seed) => {
    const below = seeded(seed);
    const us = Array.from({ length: 1 + below(3000) }, () => Math.floor(2 ** (below(3200) / 100)));
    const percentiles = windowOf(us.map((one) => one / 1000)).percentiles();
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const off = percentiles[name] - exact(us, share);
      expect(off).toBeGreaterThanOrEqual(0);
      expect(off).toBeLessThan(Math.max(1, exact(us, share) / 64));
    }
    expect(percentiles.max).toBe(Math.max(...us));
  });

  it('takes what is negative for nothing and what is too long for 71 minutes', () => {
    expect(windowOf([-5]).percentiles()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
    expect(windowOf([1e12, Infinity]).percentiles()).toMatchObject({ p50: 2 ** 32 - 1, max: 2 ** 32 - 1 });
  });

  it('counts what was recorded and forgets it when it is cleared', () => {
    const window = windowOf([1, 2, 3]);
    expect(window.total).toBe(3);
    window.clear();
    expect([window.total, window.percentiles()]).toEqual([0, { p50: 0, p95: 0, p99: 0, max: 0 }]);
    window.record(0.002);
    expect(window.percentiles()).toEqual({ p50: 2, p95: 2, p99: 2, max: 2 });
  });
});
