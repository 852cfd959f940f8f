import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventStream } from '../../lib/dashboard/event-stream.ts';
import type { Cell, Frame, ViewSnapshot, StreamEvents } from '../../lib/dashboard/protocol.ts';
import { PoolFeed } from '../../lib/dashboard/pool-feed.ts';
import { cellOf } from '../../lib/dashboard/view.ts';
import type { PoolState } from '../../lib/index.ts';
import { seeded } from '../support/seeded.ts';
import { type FakePool, newFakePool } from '../support/fake-pool.ts';
import { countedPool } from '../support/watched-pool.ts';

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
afterEach(() => vi.useRealTimers());

/** A reader who is as slow as it says. */
class Reader {
  isFull = false;
  readonly told: { name: keyof StreamEvents; data: unknown }[] = [];
  pings = 0;
  ended = false;
  readonly cells = new Map<number, Cell>();
  onFrame: (frame: Frame) => void = () => undefined;

  send(name: keyof StreamEvents, data: unknown): void {
    this.told.push({ name, data });
    if (name !== 'frame' && name !== 'snapshot') return;
    const { cells, emptied = [] } = data as Partial<Frame> & ViewSnapshot;
    for (const slot of emptied) this.cells.delete(slot);
    for (const cell of cells) this.cells.set(cell[0], cell);
    if (name === 'frame') this.onFrame(data as Frame);
  }

  ping(): void {
    this.pings++;
  }

  end(): void {
    this.ended = true;
  }

  get frames(): Frame[] {
    return this.told.filter(({ name }) => name === 'frame').map(({ data }) => data as Frame);
  }

  get stream(): EventStream {
    return this as unknown as EventStream;
  }
}

const noPools = { pools: [] };

function fed(options: Partial<ConstructorParameters<typeof PoolFeed>[2]> = {}): FakePool & {
  feed: PoolFeed;
  subscriptions: () => number;
} {
  const opened = newFakePool({
    minSize: 4,
    maxSize: 12,
    connectBackoff: { minMs: 10, maxMs: 20 },
    healthCheckIntervalMs: 50,
  });
  const { pool, subscriptions } = countedPool(opened.pool);
  const feed = new PoolFeed(1, pool, { history: 'watched', historyEvents: 5000, pools: () => noPools, ...options });
  return { ...opened, feed, subscriptions };
}

function cellsOf(state: PoolState): Cell[] {
  return [...state.connections].map(cellOf);
}

describe('pool feed', () => {
  it('tells a reader in frames what the state is, through deaths, failing checks and queues', async () => {
    const { feed, pool, server } = fed();
    const reader = new Reader();
    let compared = 0;
    // Within the very tick of each frame: a moment later the pool may be further.
    reader.onFrame = ({ version, gauges }) => {
      compared++;
      expect(version).toBe(pool.state.version);
      expect([...reader.cells.values()].sort((a, b) => a[0] - b[0])).toEqual(cellsOf(pool.state));
      const { idle, active, connecting, closing, unhealthy, waiting, checkouts, lost } = pool.state;
      expect(gauges).toMatchObject({ idle, active, connecting, closing, unhealthy, waiting, checkouts, lost });
    };
    feed.add(reader.stream);
    const draw = seeded(7);
    for (let i = 0; i < 300; i++) {
      const what = draw(10);
      if (what < 6) void pool.use(() => new Promise((done) => setTimeout(done, draw(120)))).catch(() => undefined);
      const victim = server.alive[draw(Math.max(1, server.alive.length))];
      if (what === 6 && victim) server.kill(victim);
      if (what === 7 && victim) victim.health = victim.health === 'bad' ? 'good' : 'bad';
      await vi.advanceTimersByTimeAsync(draw(40));
    }
    expect(compared).toBeGreaterThan(20);
    expect(pool.state.lost).toBeGreaterThan(5);
  });

  it('tells each event once, or counts it as left out', async () => {
    const { feed, pool } = fed();
    await vi.advanceTimersByTimeAsync(1);
    const reader = new Reader();
    feed.add(reader.stream);
    const from = pool.state.version;
    for (let i = 0; i < 20; i++) {
      for (let n = 0; n < 10 * i; n++) pool.tryCheckout()?.checkin();
      await vi.advanceTimersByTimeAsync(100);
    }
    const versions = reader.frames.flatMap(({ events }) => events.list.map(({ version }) => version));
    const leftOut = reader.frames.reduce((sum, { events }) => sum + events.leftOut, 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(versions.length + leftOut).toBe(pool.state.version - from);
    expect(leftOut).toBeGreaterThan(1000);
  });

  it('sends nothing to a reader who is slow, and then one frame for all of that time', async () => {
    const { feed, pool } = fed();
    await vi.advanceTimersByTimeAsync(1);
    const reader = new Reader();
    feed.add(reader.stream);
    await vi.advanceTimersByTimeAsync(1);
    reader.isFull = true;
    const before = reader.told.length;
    for (let i = 0; i < 50; i++) {
      pool.tryCheckout()?.checkin();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(reader.told.length).toBe(before);
    reader.isFull = false;
    await vi.advanceTimersByTimeAsync(100);
    expect(reader.frames.length).toBe(1);
    expect([...reader.cells.values()]).toEqual(cellsOf(pool.state));
  });

  it('is silent while nothing happens, but for a ping', async () => {
    const { feed, pool } = fed();
    await vi.advanceTimersByTimeAsync(1);
    await pool.close();
    const reader = new Reader();
    feed.add(reader.stream);
    await vi.advanceTimersByTimeAsync(300);
    const before = reader.frames.length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(reader.frames.length).toBe(before);
    expect(reader.pings).toBeGreaterThanOrEqual(1);
  });

  it('is subscribed to nothing and has no timer before the first reader and after the last', async () => {
    const { feed, pool, subscriptions } = fed();
    await vi.advanceTimersByTimeAsync(1);
    const timers = vi.getTimerCount();
    expect(subscriptions()).toBe(0);
    const [one, other] = [new Reader(), new Reader()];
    const [leave, leaveToo] = [feed.add(one.stream), feed.add(other.stream)];
    expect(subscriptions()).toBeGreaterThan(1);
    leave();
    expect(subscriptions()).toBeGreaterThan(1);
    leaveToo();
    expect([subscriptions(), vi.getTimerCount()]).toEqual([0, timers]);
    await pool.close();
  });

  it('records from the beginning where history is always kept', async () => {
    const { feed, pool, subscriptions } = fed({ history: 'always' });
    await vi.advanceTimersByTimeAsync(1);
    pool.tryCheckout()?.checkin();
    expect(subscriptions()).toBe(2);
    expect(feed.past(pool.state.version)?.event?.type).toBe('checkin');
    expect(feed.past(2)?.cells.length).toBe(1);
    feed.close();
    expect(subscriptions()).toBe(0);
  });

  it('has no past where history is off', async () => {
    const { feed, pool } = fed({ history: 'off' });
    const reader = new Reader();
    feed.add(reader.stream);
    await vi.advanceTimersByTimeAsync(200);
    expect([feed.range, feed.past(1), feed.hasHistory]).toEqual([undefined, undefined, false]);
    pool.tryCheckout()?.checkin();
    await vi.advanceTimersByTimeAsync(200);
    expect(reader.frames.some(({ events }) => events.list.some(({ type }) => type === 'checkin'))).toBe(true);
    expect(reader.frames.at(-1)?.history).toBeUndefined();
  });

  it('tells its readers when it is gone', () => {
    const { feed } = fed();
    const reader = new Reader();
    feed.add(reader.stream);
    feed.close();
    expect([reader.told.at(-1), reader.ended]).toEqual([{ name: 'gone', data: { pool: 1 } }, true]);
  });
});
