import { EMPTY, Subject, map, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type McpRequestEvent, requestMetrics } from '../../../lib/mcp/index.ts';
import { collect } from '../../support/listen.ts';
import { marbles } from '../../support/marbles.ts';
import { outcomeOf } from '../../support/outcome.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

function ended(facts: Partial<McpRequestEvent> = {}): McpRequestEvent {
  const { tool, ...rest } = facts;
  const event = {
    pool: 'spec',
    method: 'tools/call',
    status: 'answered',
    at: 0,
    waitedMs: 0,
    tookMs: 1,
    attempts: 1,
  } as const;
  return { ...event, ...rest, ...(tool !== undefined && { tool }) };
}

describe('requestMetrics', () => {
  it('tells methods and tools apart, with what went wrong', () => {
    const requests$ = new Subject<McpRequestEvent>();
    const windows = collect(requests$.pipe(requestMetrics({ windowMs: 1000, slidingMs: [] })));
    for (const event of [
      ended({ tool: 'echo', tookMs: 2 }),
      ended({ tool: 'echo', tookMs: 4, status: 'failed', error: '-32602' }),
      ended({ tool: 'sum', error: 'tool_error', attempts: 3 }),
      ended({ method: 'tools/list', status: 'cancelled', attempts: 0 }),
    ]) {
      requests$.next(event);
    }
    vi.advanceTimersByTime(1000);
    const none = { failed: 0, cancelled: 0, retried: 0 };
    expect(windows[0]).toMatchObject([
      { method: 'tools/call', tool: 'echo', tookUs: { count: 2, rate: 2, mean: 3000 }, ...none, failed: 1 },
      { method: 'tools/call', tool: 'sum', tookUs: { count: 1 }, ...none, failed: 1, retried: 2 },
      { method: 'tools/list', tookUs: { count: 1 }, ...none, cancelled: 1 },
    ]);
  });

  it('forgets a name of which nothing is heard, after its longest window', () => {
    const requests$ = new Subject<McpRequestEvent>();
    const windows = collect(requests$.pipe(requestMetrics({ windowMs: 1000, slidingMs: [3000] })));
    requests$.next(ended({ tool: 'echo', error: 'no' }));
    vi.advanceTimersByTime(5000);
    expect(
      windows.map((names) =>
        names.map(({ tookUs, failed, sliding }) => [tookUs.count, failed, sliding[0]?.tookUs.count]),
      ),
    ).toEqual([[[1, 1, 1]], [[0, 0, 1]], [[0, 0, 1]], [], []]);
  });

  it('tells 64 names apart at most, and counts the rest as one', () => {
    const requests$ = new Subject<McpRequestEvent>();
    const windows = collect(requests$.pipe(requestMetrics({ slidingMs: [] })));
    for (let n = 0; n < 100; n++) requests$.next(ended({ tool: `tool ${n}` }));
    vi.advanceTimersByTime(1000);
    expect(windows[0]).toHaveLength(65);
    expect(windows[0]?.at(-1)).toMatchObject({ method: 'other', tookUs: { count: 36 } });
  });

  it('emits once a window, and ends as its source does', () => {
    const counts = map((names: readonly { tookUs: { count: number } }[]) => String(names[0]?.tookUs.count ?? 0));
    const options = { windowMs: 4, slidingMs: [] };
    const values = { r: ended() };
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const requests$ = hot('-r-r------r-|', values);
      expectObservable(requests$.pipe(requestMetrics(options), counts)).toBe('----2---0---(1|)');
      const left$ = hot('-r-------r--', values);
      expectObservable(left$.pipe(requestMetrics(options), counts), '^-----!').toBe('----1--');
      expectSubscriptions(left$.subscriptions).toBe('^-----!');
      expectObservable(EMPTY.pipe(requestMetrics(options), counts)).toBe('(0|)');
    });
    const error = new Error('no');
    expect(outcomeOf(throwError(() => error).pipe(requestMetrics()))).toMatchObject({ error });
  });
});
