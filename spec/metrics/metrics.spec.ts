import { NEVER, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import { metrics } from '../../lib/metrics/metrics.ts';
import { PoolRecorder } from '../../lib/metrics/pool-recorder.ts';
import { errorOf } from '../support/error-of.ts';
import { collect, listen } from '../support/listen.ts';
import { checkin, checkout, connecting, destroy, health, on, up } from '../support/metric-events.ts';
import { outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const windowMs = 1000;
const silence = new PoolRecorder([]).close(windowMs);
const noSliding = { windowMs, slidingMs: [] };

describe('metrics', () => {
  it('has one window an interval, silent ones too', () => {
    const windows = collect(NEVER.pipe(metrics(noSliding)));
    vi.advanceTimersByTime(999);
    expect(windows).toEqual([]);
    vi.advanceTimersByTime(2001);
    expect(windows).toEqual([silence, silence, silence]);
    expect(windows[0]).toMatchObject({ waitTimeUs: { count: 0, rate: 0, max: 0 } });
  });

  it('tells how long checkouts waited, leases were held, connects and checks took, and how many there were', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(events$.pipe(metrics({ windowMs: 500, slidingMs: [] })));
    for (const event of [
      connecting(20),
      up(27),
      checkout(0.01),
      checkout(0.02),
      checkin(0.05),
      destroy(0.07),
      health(0.2),
    ]) {
      events$.next(event);
    }
    vi.advanceTimersByTime(500);
    expect(windows).toMatchObject([
      {
        checkoutsPerSecond: 4,
        waitTimeUs: { count: 2, rate: 4, mean: 15, p50: 10, p95: 20, p999: 20, max: 20 },
        useTimeUs: { count: 2, p50: 50, p95: 70, p99: 70, max: 70 },
        connectTimeUs: { count: 1, max: 7000 },
        healthCheckTimeUs: { count: 1, max: 200 },
      },
    ]);
  });

  it('counts no connect that failed or whose beginning it has not seen, and no request that timed out as a check', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(events$.pipe(metrics(noSliding)));
    const failed: PoolEvent = { type: 'connectFailed', ...on, at: 9, error: 'no' };
    const timedOut: PoolEvent = { type: 'health', ...on, at: 0, healthy: false, error: 'late' };
    for (const event of [up(5), connecting(6), failed, up(10), timedOut]) events$.next(event);
    vi.advanceTimersByTime(windowMs);
    expect(windows).toEqual([silence]);
  });

  it('counts nothing twice', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(events$.pipe(metrics(noSliding)));
    events$.next(checkout(1));
    vi.advanceTimersByTime(1000);
    events$.next(checkout(1));
    events$.next(checkout(1));
    vi.advanceTimersByTime(2000);
    expect(windows.map(({ checkoutsPerSecond }) => checkoutsPerSecond)).toEqual([1, 2, 0]);
    expect(windows[2]).toEqual(silence);
  });

  it('has sliding windows of 1, 10 and 60 s that move on with each window', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(events$.pipe(metrics()));
    events$.next(checkout(5));
    for (let second = 0; second < 61; second++) vi.advanceTimersByTime(1000);
    const countsAt = (second: number) =>
      windows[second]?.sliding.map(({ windowMs: ms, waitTimeUs }) => [ms, waitTimeUs.count]);
    expect([0, 1, 9, 10, 59, 60].map(countsAt)).toEqual([
      [
        [1000, 1],
        [10_000, 1],
        [60_000, 1],
      ],
      [
        [1000, 0],
        [10_000, 1],
        [60_000, 1],
      ],
      [
        [1000, 0],
        [10_000, 1],
        [60_000, 1],
      ],
      [
        [1000, 0],
        [10_000, 0],
        [60_000, 1],
      ],
      [
        [1000, 0],
        [10_000, 0],
        [60_000, 1],
      ],
      [
        [1000, 0],
        [10_000, 0],
        [60_000, 0],
      ],
    ]);
  });

  it('tells the rate of a sliding window over the time that it covers so far', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(events$.pipe(metrics({ windowMs: 500, slidingMs: [2000] })));
    for (let n = 0; n < 6; n++) {
      events$.next(checkout(1));
      vi.advanceTimersByTime(500);
    }
    expect(windows.map(({ sliding }) => sliding[0]?.checkoutsPerSecond)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(windows.map(({ sliding }) => sliding[0]?.waitTimeUs.count)).toEqual([1, 2, 3, 4, 4, 4]);
  });

  it('ends with the last, shorter window when the events complete', () => {
    const events$ = new Subject<PoolEvent>();
    const outcome = outcomeOf(events$.pipe(metrics(noSliding)));
    vi.advanceTimersByTime(1000);
    events$.next(checkout(1));
    vi.advanceTimersByTime(250);
    events$.complete();
    expect(outcome).toMatchObject({ values: 2, completions: 1, value: { checkoutsPerSecond: 4 } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, Infinity])('is one window in all where windows are off (%d)', (off) => {
    const events$ = new Subject<PoolEvent>();
    const outcome = outcomeOf(events$.pipe(metrics({ windowMs: off })));
    events$.next(checkout(1));
    vi.advanceTimersByTime(10_000);
    expect([outcome.values, vi.getTimerCount()]).toEqual([0, 0]);
    events$.complete();
    expect(outcome).toMatchObject({ values: 1, value: { checkoutsPerSecond: 0.1, sliding: [] } });
  });

  it('ends as the events do when they error', () => {
    const error = new Error('no');
    expect(outcomeOf(throwError(() => error).pipe(metrics()))).toMatchObject({ values: 0, error });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves the events and its timer when it is unsubscribed from', () => {
    const events$ = new Subject<PoolEvent>();
    listen(events$.pipe(metrics()), () => undefined).unsubscribe();
    expect([events$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });

  it('slides by default over those of 1, 10 and 60 s that its window goes into', () => {
    const slidingOf = (ms: number) => {
      const windows = collect(NEVER.pipe(metrics({ windowMs: ms })));
      vi.advanceTimersByTime(ms);
      return windows[0]?.sliding.map((window) => window.windowMs);
    };
    expect([slidingOf(100), slidingOf(2000), slidingOf(7000)]).toEqual([[1000, 10_000, 60_000], [10_000, 60_000], []]);
  });

  it.each([
    [{ windowMs: -1 }, RangeError, 'windowMs must be between'],
    [{ windowMs: '1' }, TypeError, 'windowMs must be a number'],
    [{ slidingMs: 1000 }, TypeError, 'slidingMs must be a list of milliseconds, not number'],
    [{ slidingMs: [1500] }, RangeError, 'slidingMs must be a multiple of windowMs (1000)'],
    [{ windowMs: 1, slidingMs: [10_000] }, RangeError, 'at most 3600 times as long'],
    [{ windowMs: 0, slidingMs: [1000] }, RangeError, 'slidingMs must be a multiple of windowMs (0)'],
    [7, TypeError, 'options must be an object'],
  ])('takes no options that make no sense: %j', (options, type, message) => {
    const error = errorOf(() => metrics(options as never));
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toContain(message);
  });
});
