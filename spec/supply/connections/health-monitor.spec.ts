import { EMPTY, NEVER, Subject, concat, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HealthOutcome } from '../../../lib/supply/connections/health.ts';
import type { CheckResult } from '../../../lib/supply/connections/health-check.ts';
import { freeRecord } from '../../support/free-record.ts';
import { monitored as checked } from '../../support/monitored.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const good: HealthOutcome = { healthy: true, error: '', tookMs: 0 };
const bad = (error: string, tookMs = 0): HealthOutcome => ({ healthy: false, error, tookMs });

describe('HealthMonitor', () => {
  it('checks once an interval', () => {
    const { checks, outcomes } = checked(() => EMPTY);
    vi.advanceTimersByTime(20_000);
    expect(checks).toEqual([5000, 10_000, 15_000, 20_000]);
    expect(outcomes).toEqual([good, good, good, good]);
  });

  it('spreads the checks of a pool over the interval', () => {
    const first = Array.from({ length: 100 }, (_, id) => {
      const { checks } = checked(() => EMPTY, { id });
      return checks;
    });
    vi.advanceTimersByTime(5000);
    const instants = first.map(([at]) => at ?? Infinity).sort((a, b) => a - b);
    const gaps = instants.slice(1).map((at, i) => at - (instants[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(5000 / 50);
    expect(Math.min(...gaps)).toBeGreaterThan(5000 / 300);
  });

  it.each<[string, () => CheckResult, HealthOutcome]>([
    ['completes', () => EMPTY, good],
    ['emits', () => of(1, 2), good],
    ['emits and goes on', () => concat(of(1), NEVER), good],
    ['resolves', () => Promise.resolve(), good],
    ['says true', () => true, good],
    ['resolves with true', () => Promise.resolve(true), good],
    ['emits 0', () => of(0), good],
    ['says false', () => false, bad('the check said false')],
    ['resolves with false', () => Promise.resolve(false), bad('the check said false')],
    ['emits false', () => of(false, true), bad('the check said false')],
    ['errors', () => throwError(() => new Error('no answer')), bad('no answer')],
    ['rejects', () => Promise.reject(new Error('no answer')), bad('no answer')],
    ['errors without a word', () => throwError(() => new Error('')), bad('the check failed')],
    ['throws', () => throwOf(new Error('no answer')), bad('no answer')],
  ])('has the outcome of a check that %s', async (_, check, outcome) => {
    const { outcomes } = checked(check);
    await elapse(5000);
    expect(outcomes).toEqual([outcome]);
  });

  it('fails a check that outlasts its time, and leaves it', () => {
    const check$ = new Subject<never>();
    const { outcomes } = checked(() => check$);
    vi.advanceTimersByTime(6999);
    expect([outcomes, check$.observed]).toEqual([[], true]);
    vi.advanceTimersByTime(1);
    expect(outcomes).toEqual([bad('the check took longer than 2000 ms', 2000)]);
    expect(check$.observed).toBe(false);
  });

  it('waits for a check for ever where there is no limit, and does not begin another', () => {
    const { checks, outcomes } = checked(() => NEVER, { timeoutMs: 0 });
    vi.advanceTimersByTime(1e6);
    expect([checks, outcomes]).toEqual([[5000], []]);
  });

  it('goes on after a check that failed', () => {
    let failures = 2;
    const { outcomes } = checked(() => (failures-- > 0 ? throwError(() => new Error('no')) : EMPTY));
    vi.advanceTimersByTime(15_000);
    expect(outcomes.map(({ healthy }) => healthy)).toEqual([false, false, true]);
  });

  it.each(['connecting', 'active', 'closing'] as const)('skips a connection that is %s', (status) => {
    const { checks, own } = checked(() => EMPTY);
    own.record = freeRecord({ slot: 0, status });
    vi.advanceTimersByTime(10_000);
    own.record = undefined;
    vi.advanceTimersByTime(10_000);
    expect(checks).toEqual([]);
  });

  it('skips a connection that was used within the last half second', () => {
    const { checks, own } = checked(() => EMPTY);
    own.record = freeRecord({ slot: 0, requestCount: 1, lastUsedAt: 4501 });
    vi.advanceTimersByTime(5000);
    expect(checks).toEqual([]);
    own.record = freeRecord({ slot: 0, requestCount: 2, lastUsedAt: 9500 });
    vi.advanceTimersByTime(5000);
    expect(checks).toEqual([10_000]);
  });

  it('checks one that is new and was never used', () => {
    const { checks, own } = checked(() => EMPTY);
    own.record = freeRecord({ slot: 0, requestCount: 0, lastUsedAt: 4900 });
    vi.advanceTimersByTime(5000);
    expect(checks).toEqual([5000]);
  });

  it('skips nothing after a use that failed', () => {
    const { checks, own, monitor } = checked(() => EMPTY);
    own.record = freeRecord({ slot: 0, requestCount: 1, status: 'active' });
    monitor.failed();
    own.record = freeRecord({ slot: 0, requestCount: 1, lastUsedAt: 4900 });
    vi.advanceTimersByTime(5000);
    expect(checks).toEqual([5000]);
  });

  it('breaks off a check when the connection is leased, and has no outcome', () => {
    const check$ = new Subject<never>();
    const { own, outcomes, monitor } = checked(() => check$);
    vi.advanceTimersByTime(5000);
    expect([check$.observed, own.stoppable]).toEqual([true, 1]);
    monitor.leased();
    expect([check$.observed, own.stoppable, own.checking, outcomes]).toEqual([false, 0, [], []]);
  });

  it('says that a promise cannot be broken off, and has its outcome', async () => {
    let answer: () => void = () => undefined;
    const { own, outcomes, monitor } = checked(() => new Promise<void>((resolve) => (answer = resolve)));
    vi.advanceTimersByTime(5000);
    expect([own.stoppable, own.checking]).toEqual([0, [5000]]);
    monitor.leased();
    answer();
    await elapse(0);
    expect(outcomes).toEqual([good]);
  });

  it('checks at once when work has failed', async () => {
    const { checks, own, monitor } = checked(() => EMPTY);
    own.record = freeRecord({ slot: 0, requestCount: 1 });
    monitor.failed();
    expect(checks).toEqual([]);
    await elapse(0);
    expect(checks).toEqual([0]);
  });

  it('lets whoever waits go first after work that failed, but not after the third in a row', async () => {
    const { checks, own, monitor } = checked(() => EMPTY);
    for (const requestCount of [1, 2]) {
      own.record = freeRecord({ slot: 0, requestCount });
      monitor.failed();
      own.record = freeRecord({ slot: 0, requestCount: requestCount + 1, status: 'active' });
      await elapse(0);
    }
    expect([checks, own.checking]).toEqual([[], []]);
    own.record = freeRecord({ slot: 0, requestCount: 3 });
    monitor.failed();
    expect(own.checking).toEqual([0]);
    await elapse(0);
    expect(checks).toEqual([0]);
  });

  it('begins to count anew when work went well in between', () => {
    const { own, monitor } = checked(() => EMPTY);
    for (const requestCount of [1, 2, 4, 5]) {
      own.record = freeRecord({ slot: 0, requestCount });
      monitor.failed();
    }
    expect(own.checking).toEqual([]);
  });

  it('checks by the clock, however long a check takes', async () => {
    const { checks } = checked(() => new Promise((resolve) => setTimeout(resolve, 700)));
    await elapse(15_700);
    expect(checks).toEqual([5000, 10_000, 15_000]);
  });

  it('spreads the checks that were due while the event loop stood still', () => {
    const random = vi.fn(() => 0.5);
    const { checks } = checked(() => EMPTY, { random });
    // The timer fires three seconds late.
    const now = vi.spyOn(performance, 'now').mockReturnValue(8000);
    vi.advanceTimersByTime(5000);
    now.mockRestore();
    expect(checks).toEqual([]);
    vi.advanceTimersByTime(1499);
    expect(checks).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([checks.length, random.mock.calls.length]).toEqual([1, 1]);
  });

  it('has no outcome once it is stopped, and leaves no timer and no check', () => {
    const check$ = new Subject<never>();
    const { own, outcomes, monitor } = checked(() => check$);
    vi.advanceTimersByTime(5000);
    monitor.stop();
    expect([check$.observed, own.stoppable, vi.getTimerCount(), outcomes]).toEqual([false, 0, 0, []]);
  });
});

function throwOf(error: Error): never {
  throw error;
}
