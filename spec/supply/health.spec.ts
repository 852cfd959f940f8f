import { EMPTY, NEVER, type ObservableInput, Subject, concat, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionRecord } from '../../lib/state/pool-state.ts';
import { type HealthOutcome, healthChecks } from '../../lib/supply/health.ts';
import { freeRecord } from '../support/free-record.ts';
import { collect, listen } from '../support/listen.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const good: HealthOutcome = { healthy: true, error: '', tookMs: 0 };
const bad = (error: string, tookMs = 0): HealthOutcome => ({ healthy: false, error, tookMs });

/** The checks of a connection that is idle unless its record is changed. */
function checked(check: () => ObservableInput<unknown>, options: { id?: number; timeoutMs?: number } = {}) {
  const checks: number[] = [];
  const own: { record: ConnectionRecord | undefined } = { record: freeRecord({ slot: 0, id: options.id ?? 0 }) };
  const outcomes$ = healthChecks({
    intervalMs: 5000,
    timeoutMs: options.timeoutMs ?? 2000,
    check: () => {
      checks.push(performance.now());
      return check();
    },
    record: () => own.record,
  });
  return { checks, own, outcomes: collect(outcomes$) };
}

describe('healthChecks', () => {
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

  it.each<[string, () => ObservableInput<unknown>, HealthOutcome]>([
    ['completes', () => EMPTY, good],
    ['emits', () => of(1, 2), good],
    ['emits and goes on', () => concat(of(1), NEVER), good],
    ['resolves', () => Promise.resolve(), good],
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

  it('has no outcome for a connection that was leased during the check', () => {
    const check$ = new Subject<never>();
    const { own, outcomes } = checked(() => check$);
    vi.advanceTimersByTime(5000);
    own.record = freeRecord({ slot: 0, requestCount: 1 });
    check$.error(new Error('too late'));
    expect(outcomes).toEqual([]);
  });

  it('has no outcome for a connection that is gone', () => {
    const check$ = new Subject<never>();
    const { own, outcomes } = checked(() => check$);
    vi.advanceTimersByTime(5000);
    own.record = undefined;
    check$.complete();
    expect(outcomes).toEqual([]);
  });

  it('leaves its timer and the check under way when it is unsubscribed from', () => {
    const check$ = new Subject<never>();
    const record = freeRecord({ slot: 0, id: 0 });
    const outcomes$ = healthChecks({ intervalMs: 5000, timeoutMs: 2000, check: () => check$, record: () => record });
    const subscription = listen(outcomes$, () => undefined);
    vi.advanceTimersByTime(5000);
    expect(check$.observed).toBe(true);
    subscription.unsubscribe();
    expect([check$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});

function throwOf(error: Error): never {
  throw error;
}
