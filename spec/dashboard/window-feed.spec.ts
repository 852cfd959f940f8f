import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WindowFeed } from '../../lib/dashboard/window-feed.ts';
import type { McpRequestEvent } from '../../lib/mcp/index.ts';
import { newFakePool } from '../support/fake-pool.ts';
import { countedPool } from '../support/watched-pool.ts';

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
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

  it('counts every checkout, though it hears of some of them only', async () => {
    const { pool } = newFakePool({ minSize: 2 });
    await vi.advanceTimersByTimeAsync(10);
    const feed = new WindowFeed(pool);
    feed.begin();
    for (let i = 0; i < 20; i++) {
      for (let n = 0; n < 5000; n++) pool.tryCheckout()?.checkin();
      await vi.advanceTimersByTimeAsync(100);
    }
    const [first, second] = feed.after(0);
    expect([first?.checkoutsPerSecond, second?.checkoutsPerSecond]).toEqual([50_000, 50_000]);
    expect(second?.waitTimeUs.count).toBeGreaterThan(1000);
    expect(second?.waitTimeUs.count).toBeLessThan(10_000);
    feed.end();
    await pool.close();
  });

  it('counts by the second what happened besides, and how long leases lasted', async () => {
    const { pool } = newFakePool({ minSize: 2 });
    await vi.advanceTimersByTimeAsync(10);
    let ended = 0;
    const feed = new WindowFeed(countedPool(pool).pool, () => ended++);
    feed.begin();
    const leases = [pool.tryCheckout(), pool.tryCheckout()];
    await vi.advanceTimersByTimeAsync(100);
    leases[0]?.checkin();
    leases[1]?.destroy(new Error('full'));
    await vi.advanceTimersByTimeAsync(1900);
    const [first, second] = feed.seconds;
    // 100 ms are 100 000 microseconds: five powers of ten of four steps each.
    expect(first).toMatchObject({ begins: true, checkouts: 2, uses: [20, 2], useP50: 100_000 });
    expect(second).toMatchObject({ checkouts: 0, uses: [], useP50: null, counts: { failedCheckouts: 0 } });
    expect(second).not.toHaveProperty('begins');
    expect(first?.counts.connects).toBe(1);
    expect(ended).toBe(2);
    feed.end();
    await pool.close();
  });
});
