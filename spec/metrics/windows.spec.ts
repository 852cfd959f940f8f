import { NEVER, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import { EMPTY_WINDOW, windowsOf } from '../../lib/metrics/windows.ts';
import { collect, listen } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const stamp = { at: 0, version: 1, lease: 1, connection: 1, slot: 0 };
const checkout = (waitedMs: number): PoolEvent => ({ type: 'checkout', ...stamp, waiter: null, waitedMs });
const checkin = (usedMs: number): PoolEvent => ({ type: 'checkin', ...stamp, usedMs });
const destroy = (usedMs: number): PoolEvent => ({ type: 'destroy', ...stamp, usedMs, reason: '' });

describe('windowsOf', () => {
  it('has one window an interval, empty ones too', () => {
    const windows = collect(windowsOf(NEVER, 1000));
    vi.advanceTimersByTime(999);
    expect(windows).toEqual([]);
    vi.advanceTimersByTime(2001);
    expect(windows).toEqual([EMPTY_WINDOW, EMPTY_WINDOW, EMPTY_WINDOW]);
  });

  it('tells how long checkouts waited and leases were held, and how many there were', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(windowsOf(events$, 500));
    for (const event of [checkout(0.01), checkout(0.02), checkin(0.05), destroy(0.07)]) events$.next(event);
    vi.advanceTimersByTime(500);
    expect(windows).toEqual([
      {
        checkoutsPerSecond: 4,
        waitTimeUs: { p50: 10, p95: 20, p99: 20, max: 20 },
        useTimeUs: { p50: 50, p95: 70, p99: 70, max: 70 },
      },
    ]);
  });

  it('counts nothing twice', () => {
    const events$ = new Subject<PoolEvent>();
    const windows = collect(windowsOf(events$, 1000));
    events$.next(checkout(1));
    vi.advanceTimersByTime(1000);
    events$.next(checkout(1));
    events$.next(checkout(1));
    vi.advanceTimersByTime(2000);
    expect(windows.map(({ checkoutsPerSecond }) => checkoutsPerSecond)).toEqual([1, 2, 0]);
    expect(windows[2]).toEqual(EMPTY_WINDOW);
  });

  it('ends with the last, shorter window when the events complete', () => {
    const events$ = new Subject<PoolEvent>();
    const outcome = outcomeOf(windowsOf(events$, 1000));
    vi.advanceTimersByTime(1000);
    events$.next(checkout(1));
    vi.advanceTimersByTime(250);
    events$.complete();
    expect(outcome).toMatchObject({ values: 2, completions: 1, value: { checkoutsPerSecond: 4 } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is one window in all where windows are off', () => {
    const events$ = new Subject<PoolEvent>();
    const outcome = outcomeOf(windowsOf(events$, 0));
    events$.next(checkout(1));
    vi.advanceTimersByTime(10_000);
    expect([outcome.values, vi.getTimerCount()]).toEqual([0, 0]);
    events$.complete();
    expect(outcome).toMatchObject({ values: 1, value: { checkoutsPerSecond: 0.1 } });
  });

  it('ends as the events do when they error', () => {
    const error = new Error('no');
    expect(
      outcomeOf(
        windowsOf(
          throwError(() => error),
          1000,
        ),
      ),
    ).toMatchObject({ values: 0, error });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves the events and its timer when it is unsubscribed from', () => {
    const events$ = new Subject<PoolEvent>();
    listen(windowsOf(events$, 1000), () => undefined).unsubscribe();
    expect([events$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
