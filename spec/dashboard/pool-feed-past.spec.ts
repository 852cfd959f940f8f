import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventStream } from '../../lib/dashboard/event-stream.ts';
import { PoolFeed } from '../../lib/dashboard/pool-feed.ts';
import { replay } from '../../lib/index.ts';
import { type FakePool, newFakePool } from '../support/fake-pool.ts';

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
afterEach(() => vi.useRealTimers());

function fed(historyEvents: number): FakePool & { feed: PoolFeed } {
  const opened = newFakePool({ minSize: 4, maxSize: 12, healthCheckIntervalMs: 50 });
  const options = { history: 'always', historyEvents, pools: () => ({ pools: [] }) } as const;
  return { ...opened, feed: new PoolFeed(1, opened.pool, options) };
}

describe('the past of a pool feed', () => {
  it('goes back minutes by a keyframe a second, however few events are kept', async () => {
    const { feed, pool, log } = fed(2000);
    await vi.advanceTimersByTimeAsync(1);
    for (let second = 0; second < 100; second++) {
      for (let i = 0; i < 500; i++) pool.tryCheckout()?.checkin();
      await vi.advanceTimersByTimeAsync(1000);
    }
    const { fromAt = 0, toAt = 0 } = feed.range ?? {};
    expect(toAt - fromAt).toBeGreaterThan(95_000);
    const at = fromAt + 40_500;
    const past = feed.pastAt(at);
    expect(past?.at).toBeGreaterThan(at - 1001);
    expect(past?.at).toBeLessThanOrEqual(at);
    const { checkouts, idle, active } = replay(log.slice(0, past?.version));
    expect(past?.gauges).toMatchObject({ checkouts, idle, active, pressure: 0 });
    expect(past?.cells.length).toBe(idle + active);
    expect(feed.past(past?.version ?? 0)?.version).toBe(past?.version);
    // Where every version is kept it is the one of the very instant.
    const newest = log.at(-1);
    expect(feed.pastAt(Math.ceil(newest?.at ?? 0))).toMatchObject({ version: newest?.version, event: newest });
    feed.close();
    await pool.close();
  });

  it('steps from keyframe to keyframe, then from version to version, and tells the trouble there was by then', async () => {
    const { feed, pool, server } = fed(2000);
    await vi.advanceTimersByTimeAsync(1);
    for (let second = 0; second < 40; second++) {
      if (second % 10 === 5) server.kill(server.alive[0] ?? expect.fail());
      for (let i = 0; i < 500; i++) pool.tryCheckout()?.checkin();
      await vi.advanceTimersByTimeAsync(1000);
    }
    const { from = 0, to = 0 } = feed.range ?? {};
    const versions: number[] = [];
    const counts: number[] = [];
    for (let past = feed.past(from); past !== undefined; past = feed.pastAfter(past.version)) {
      versions.push(past.version);
      counts.push(past.troubles?.find(({ what }) => what === 'connection died')?.count ?? 0);
      if (past.version >= to) break;
    }
    const recorded = feed.recorder.firstVersion ?? 0;
    expect(versions.filter((version) => version < recorded).length).toBeGreaterThan(20);
    // From there on none is left out.
    expect(versions.filter((version) => version >= recorded)).toEqual(
      Array.from({ length: to - recorded + 1 }, (_, i) => recorded + i),
    );
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3, 4]));
    feed.close();
    await pool.close();
  });

  it('tells each second of the last hour, and keeps two of a time in which nothing happens', async () => {
    const { feed, pool, server } = fed(5000);
    await vi.advanceTimersByTimeAsync(1000);
    await pool.close();
    await vi.advanceTimersByTimeAsync(30_000);
    const still = feed.seconds.seconds.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(feed.seconds.seconds.length).toBe(still);
    expect(server.alive.length).toBe(0);
    feed.close();
  });

  it('keeps fewer events while nobody looks', async () => {
    const silent = { isFull: true, send: () => undefined } as unknown as EventStream;
    const { feed, pool } = fed(20_000);
    const kept = (): number => (feed.range?.to ?? 0) - (feed.recorder.firstVersion ?? 0);
    const leave = feed.add(silent);
    for (let i = 0; i < 8000; i++) pool.tryCheckout()?.checkin();
    await vi.advanceTimersByTimeAsync(1);
    for (let i = 0; i < 8000; i++) pool.tryCheckout()?.checkin();
    expect(kept()).toBeGreaterThan(8000);
    leave();
    for (let i = 0; i < 2000; i++) pool.tryCheckout()?.checkin();
    expect(kept()).toBeLessThan(8000);
    feed.close();
  });
});
