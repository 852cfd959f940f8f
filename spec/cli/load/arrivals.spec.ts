import { describe, expect, it } from 'vitest';
import { type Schedule, arrivals, rateAt } from '../../../lib/cli/load/arrivals.ts';
import { seeded } from '../../support/seeded.ts';

function first(count: number, schedule: Partial<Schedule>, random?: () => number): number[] {
  const instants = arrivals({ from: 100, to: 100, overMs: 0, pattern: 'even', ...schedule }, random);
  return Array.from({ length: count }, () => instants.next().value);
}

describe('arrivals', () => {
  it('come at equal distances', () => {
    expect(first(4, {})).toEqual([10, 20, 30, 40]);
  });

  it('come closer and closer in a ramp, and as the rate at its end says afterwards', () => {
    // Of a rate that grows from 0 to 100 in 2 s there are 100 by its end, a quarter of them by the middle.
    const instants = first(102, { from: 0, overMs: 2000 });
    expect(instants[24]).toBeCloseTo(1000);
    expect(instants[99]).toBeCloseTo(2000);
    expect(instants[101]).toBeCloseTo(2020);
  });

  it('come further and further apart where the rate falls', () => {
    const instants = first(75, { from: 100, to: 50, overMs: 1000 });
    expect(instants[74]).toBeCloseTo(1000);
    expect(instants[43]).toBeCloseTo(500, -1);
  });

  it('are those of a Poisson process: as many, as far apart as its distances vary', () => {
    const draw = seeded(7);
    const instants = first(20_000, { pattern: 'poisson' }, () => draw(1_000_000) / 1_000_000);
    const gaps = instants.map((at, i) => at - (instants[i - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(mean).toBeGreaterThan(9.7);
    expect(mean).toBeLessThan(10.3);
    expect(deviation / mean).toBeGreaterThan(0.97);
    expect(deviation / mean).toBeLessThan(1.03);
  });
});

it('tells the rate at an instant', () => {
  const schedule: Schedule = { from: 10, to: 30, overMs: 1000, pattern: 'even' };
  expect([0, 500, 1000, 9000].map((ms) => rateAt(schedule, ms))).toEqual([10, 20, 30, 30]);
});
