import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WindowFeed } from '../../lib/dashboard/window-feed.ts';
import type { McpRequestEvent } from '../../lib/mcp/index.ts';
import { newFakePool } from '../support/fake-pool.ts';
import { countedPool } from '../support/watched-pool.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

const answered: McpRequestEvent = {
  pool: 'pool',
  method: 'ping',
  status: 'answered',
  at: 0,
  waitedMs: 0,
  tookMs: 1,
  attempts: 1,
};

describe('window feed', () => {
  it.each([0, 60_000])('tells of each second, though the windows of the pool take %i ms', async (metricsWindowMs) => {
    const { pool } = newFakePool({ minSize: 2, metricsWindowMs });
    const { pool: watched, subscriptions } = countedPool(pool);
    await vi.advanceTimersByTimeAsync(10);
    const feed = new WindowFeed(watched);
    feed.begin();
    for (const count of [3, 0, 7]) {
      for (let i = 0; i < count; i++) pool.tryCheckout()?.checkin();
      await vi.advanceTimersByTimeAsync(1000);
    }
    const told = feed.after(0).map((point) => [point.size, point.useTimeUs.count, point.checkoutsPerSecond]);
    expect(told).toEqual([
      [2, 3, 3],
      [2, 0, 0],
      [2, 7, 7],
    ]);
    feed.end();
    expect(subscriptions()).toBe(0);
    await pool.close();
  });

  it('tells of the requests of the very window that the checkouts are of', async () => {
    const { pool } = newFakePool({ minSize: 2 });
    const requests$ = new Subject<McpRequestEvent>();
    const feed = new WindowFeed(Object.assign(countedPool(pool).pool, { requests$ }));
    await vi.advanceTimersByTimeAsync(600);
    feed.begin();
    for (const count of [3, 0, 7]) {
      await vi.advanceTimersByTimeAsync(700);
      for (let i = 0; i < count; i++) {
        pool.tryCheckout()?.checkin();
        requests$.next(answered);
      }
      await vi.advanceTimersByTimeAsync(300);
    }
    const told = feed.after(0).map(({ useTimeUs, requests = [] }) => [useTimeUs.count, requests[0]?.tookUs.count ?? 0]);
    expect(told).toEqual([
      [3, 3],
      [0, 0],
      [7, 7],
    ]);
    feed.end();
    await pool.close();
  });
});
