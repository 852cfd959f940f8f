import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backoff } from '../../lib/supply/backoff.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(() => {
  vi.restoreAllMocks();
  resumeTime();
});

/** A back-off whose jitter is this share of the ceiling, and the instants of its retries. */
function backingOff(jitter: number, options = { minMs: 100, maxMs: 3000 }) {
  vi.spyOn(Math, 'random').mockReturnValue(jitter);
  const retries: number[] = [];
  const backoff = new Backoff(options, () => retries.push(performance.now()));
  return { backoff, retries };
}

/** The delays of so many failures, each after the retry before it. */
function delays(backoff: Backoff, failures: number) {
  return Array.from({ length: failures }, () => {
    backoff.fail();
    const delay = backoff.until - performance.now();
    vi.advanceTimersByTime(Math.ceil(delay));
    return Math.round(delay);
  });
}

describe('Backoff', () => {
  it('is not active at first', () => {
    expect(backingOff(0.5).backoff.active).toBe(false);
  });

  it('is active after a failure, until it retries', () => {
    const { backoff, retries } = backingOff(0.5);
    backoff.fail();
    vi.advanceTimersByTime(49);
    expect([backoff.active, retries]).toEqual([true, []]);
    vi.advanceTimersByTime(1);
    expect([backoff.active, retries]).toEqual([false, [backoff.until]]);
  });

  it('doubles its ceiling with each failure, up to the longest', () => {
    const { backoff } = backingOff(0.5);
    expect(delays(backoff, 8)).toEqual([50, 100, 200, 400, 800, 1500, 1500, 1500]);
  });

  it('waits anything between nothing and the ceiling', () => {
    const least = backingOff(0).backoff;
    expect(delays(least, 3)).toEqual([1, 1, 1]);
    const { backoff } = backingOff(0.999);
    expect(delays(backoff, 3)).toEqual([100, 200, 400]);
  });

  it('counts failures side by side once', () => {
    const { backoff, retries } = backingOff(0.5);
    for (let i = 0; i < 5; i++) backoff.fail();
    vi.advanceTimersByTime(50);
    expect(retries).toHaveLength(1);
    expect(delays(backoff, 1)).toEqual([100]);
  });

  it('begins anew after a success', () => {
    const { backoff, retries } = backingOff(0.5);
    delays(backoff, 4);
    backoff.fail();
    backoff.succeed();
    expect([backoff.active, vi.getTimerCount(), retries.length]).toEqual([false, 0, 4]);
    expect(delays(backoff, 1)).toEqual([50]);
  });

  it('never waits longer than a timer can', () => {
    const { backoff } = backingOff(1, { minMs: 2 ** 30, maxMs: Infinity });
    expect(delays(backoff, 3)).toEqual([2 ** 30, 2 ** 31 - 1, 2 ** 31 - 1]);
  });

  it('does not retry once it is stopped', () => {
    const { backoff, retries } = backingOff(0.5);
    backoff.fail();
    backoff.stop();
    vi.advanceTimersByTime(10_000);
    expect([backoff.active, retries]).toEqual([false, []]);
  });
});

describe('a connection that dies', () => {
  it('is no failure the first time, however young', () => {
    const { backoff } = backingOff(0.5);
    backoff.die(0);
    expect(backoff.active).toBe(false);
  });

  it('is a failure the second time in a row that it is younger than a second', () => {
    const { backoff } = backingOff(0.5);
    backoff.die(999);
    backoff.die(0);
    expect(backoff.active).toBe(true);
  });

  it('is no failure after one that was older', () => {
    const { backoff } = backingOff(0.5);
    for (const age of [10, 1000, 10, 5000]) backoff.die(age);
    expect(backoff.active).toBe(false);
  });

  it('backs off longer and longer though connecting succeeds in between', () => {
    const { backoff, retries } = backingOff(0.5);
    for (let i = 0; i < 6; i++) {
      backoff.die(5);
      vi.advanceTimersByTime(3000);
      backoff.succeed();
    }
    expect(retries).toEqual([3050, 6100, 9200, 12_400, 15_800]);
  });

  it('is forgotten once those that came after it have lived for a second', () => {
    const { backoff } = backingOff(0.5);
    for (let i = 0; i < 6; i++) {
      backoff.die(5);
      vi.advanceTimersByTime(3000);
      backoff.succeed();
    }
    vi.advanceTimersByTime(1000);
    expect(delays(backoff, 2)).toEqual([50, 100]);
    backoff.succeed();
    expect(delays(backoff, 1)).toEqual([50]);
  });

  it('lets a success count again once one has grown old', () => {
    const { backoff } = backingOff(0.5);
    backoff.die(5);
    backoff.die(5);
    backoff.die(2000);
    backoff.succeed();
    expect(backoff.active).toBe(false);
  });
});
