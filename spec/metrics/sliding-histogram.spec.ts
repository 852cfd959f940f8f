import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../lib/metrics/latency-histogram.ts';
import { SlidingHistogram } from '../../lib/metrics/sliding-histogram.ts';
import { given } from '../support/outcome.ts';
import { seeded } from '../support/seeded.ts';

const spans = (...slots: number[]) => slots.map((one) => ({ slots: one }));

describe('SlidingHistogram', () => {
  it('tells of each slot alone when it is closed', () => {
    const sliding = new SlidingHistogram([]);
    sliding.record(1);
    sliding.record(3);
    expect(sliding.close(1000)).toMatchObject({ count: 2, rate: 2, max: 3000 });
    expect(sliding.close(1000)).toMatchObject({ count: 0, rate: 0, max: 0 });
    sliding.record(2);
    expect(sliding.close(500)).toMatchObject({ count: 1, rate: 2, max: 2000 });
  });

  it('has nothing of a span before the first slot is closed', () => {
    const sliding = new SlidingHistogram(spans(2));
    sliding.record(1);
    expect(sliding.sliding()).toMatchObject([{ count: 0 }]);
  });

  it('has the last slots in each span, and forgets those before, the longest one too', () => {
    const sliding = new SlidingHistogram(spans(1, 3));
    const counts = [50, 1, 0, 4, 0, 0, 0].map((ms) => {
      if (ms > 0) sliding.record(ms);
      sliding.close(1000);
      return sliding.sliding().map(({ count, max }) => [count, max]);
    });
    expect(counts).toEqual([
      [
        [1, 50_000],
        [1, 50_000],
      ],
      [
        [1, 1000],
        [2, 50_000],
      ],
      [
        [0, 0],
        [2, 50_000],
      ],
      [
        [1, 4000],
        [2, 4000],
      ],
      [
        [0, 0],
        [1, 4000],
      ],
      [
        [0, 0],
        [1, 4000],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
  });

  it.each([1, 2, 3])('agrees with a histogram of all that was recorded in its slots (seed %i)', (seed) => {
    const below = seeded(seed);
    const sliding = new SlidingHistogram(spans(1, 4, 10));
    const slots: number[][] = [];
    for (let slot = 0; slot < 40; slot++) {
      const recorded = Array.from({ length: below(20) }, () => 2 ** (below(1000) / 100));
      slots.push(recorded);
      for (const ms of recorded) sliding.record(ms);
      sliding.close(1000);
      [1, 4, 10].forEach((span, i) => {
        const all = new LatencyHistogram();
        for (const ms of slots.slice(-span).flat()) all.record(ms);
        const { mean, ...expected } = all.summary(1000 * Math.min(span, slot + 1));
        const { mean: actualMean, ...actual } = given(sliding.sliding()[i]);
        expect(actual).toEqual(expected);
        expect(actualMean).toBeCloseTo(mean, 3);
      });
    }
  });
});
