import { describe, expect, it } from 'vitest';
import { ENOUGH_LAUNCHES, Launches } from '../../../perf/support/launches.ts';
import { judged } from '../../../perf/support/result.ts';
import { Rounds } from '../../../perf/support/rounds.ts';
import { ratioOf } from '../../../perf/support/row-target.ts';
import { ratioLine } from '../../../perf/support/table.ts';
import { launchesOf } from './launches-of.ts';

describe('Launches', () => {
  it('takes a ratio within each launch, and tells the median launch, the least and the most', () => {
    // The machine was ten times as slow in the last launch: the medians by themselves say 3.
    const launches = launchesOf({ a: [20, 30, 600], b: [10, 10, 300] });
    expect(launches.ns('a').median / launches.ns('b').median).toBe(3);
    expect(launches.ratio('a', 'b')).toEqual({ median: 2, low: 2, high: 3 });
    expect(launches.ns('a')).toEqual({ median: 30, low: 20, high: 600 });
  });

  it('tells of the launch that left most in the queue', () => {
    const runs = [0, 0.5].map((left) => ({
      rounds: new Rounds(new Map()),
      left: new Map([['a', left]]),
      rates: new Map(),
    }));
    expect(new Launches(runs).left('a')).toBe(0.5);
    expect(new Launches(runs).left('b')).toBeUndefined();
  });
});

describe('a target', () => {
  const target = { name: 'a over b', row: 'a', over: 'b', atMost: 1.3 };

  it('allows some nanoseconds where a share of the row would be less', () => {
    const short = ratioOf({ ...target, orNs: 45 }, launchesOf({ a: [140], b: [100] }));
    expect(short).toMatchObject({ value: 1.4, target: { atMost: 1.45 } });
    const long = ratioOf({ ...target, orNs: 45 }, launchesOf({ a: [1400], b: [1000] }));
    expect(long).toMatchObject({ value: 1.4, target: { atMost: 1.3 } });
  });

  it('is a share alone where no nanoseconds are named', () => {
    expect(ratioOf({ ...target, atMost: 0.6 }, launchesOf({ a: [140], b: [100] })).target).toEqual({ atMost: 0.6 });
  });

  it('has no verdict from fewer than five launches, neither printed nor kept', () => {
    const ratio = ratioOf(target, launchesOf({ a: [1], b: [1] }));
    expect(ENOUGH_LAUNCHES).toBe(5);
    expect(ratioLine(ratio, false)).toBe('- a over b: 1.00 [1.00, 1.00] (target at most 1.3, no verdict)');
    expect(judged(ratio, false)).not.toHaveProperty('met');
    expect(ratioLine(ratio, true)).toBe('- a over b: 1.00 [1.00, 1.00] (target at most 1.3, met)');
    expect(judged(ratio, true)).toHaveProperty('met', true);
  });
});
