import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pool, createPool, leastLoaded, random, roundRobin } from '../../lib/index.ts';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { echo, startTcpEcho } from '../support/tcp-echo.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('many users', () => {
  beforeEach(stopTime);
  afterEach(resumeTime);

  it('fifty at once share ten connections, each alone on its own', async () => {
    const { pool } = await fakePool({ minSize: 10, maxSize: 10 });
    const held = new Set<number>();
    let most = 0;
    const user = () =>
      pool.use(async ({ id }) => {
        expect(held.has(id)).toBe(false);
        held.add(id);
        most = Math.max(most, held.size);
        await pause(10);
        held.delete(id);
      });
    const all = Promise.all(Array.from({ length: 50 }, user));
    await elapse(50);
    await all;
    expect(most).toBe(10);
    expect(pool.metrics).toMatchObject({ totalCheckouts: 50, failedCheckouts: 0, idleConnections: 10 });
  });

  it.each([
    ['round robin', roundRobin()],
    ['least loaded', leastLoaded()],
    ['random', random()],
  ])('a hundred check out ten times each, and none fails (%s)', async (_, strategy) => {
    const { pool } = await fakePool({ minSize: 5, maxSize: 20, strategy }, { connectMs: 7 });
    const user = async (n: number) => {
      for (let i = 0; i < 10; i++) await pool.use(() => pause((n * 7 + i * 3) % 11));
    };
    const all = Promise.all(Array.from({ length: 100 }, (_, n) => user(n)));
    await elapse(1000);
    await all;
    expect(pool.metrics).toMatchObject({ totalCheckouts: 1000, failedCheckouts: 0, activeConnections: 0 });
    expect(pool.state).toMatchObject({ checkins: 1000, waiting: 0, invalidCheckins: 0 });
  });

  it('some of whom lose their connections, but none for good', async () => {
    const { pool, server } = await fakePool({ minSize: 5, maxSize: 5, checkoutTimeoutMs: 0 });
    let lost = 0;
    const user = async (n: number) => {
      for (let i = 0; i < 10; i++) await pool.use(() => pause(5 + (n % 7))).catch(() => lost++);
    };
    const all = Promise.all(Array.from({ length: 20 }, (_, n) => user(n)));
    for (let i = 0; i < 10; i++) {
      await elapse(20);
      const [connection] = server.alive;
      if (connection !== undefined) server.kill(connection);
    }
    await elapse(60_000);
    await all;
    expect(pool.state).toMatchObject({ checkouts: 200, checkins: 200 - lost, lost, idle: 5 });
    expect(lost).toBeGreaterThan(0);
  });

  it('see a whole life: warm, busy, grown, shrunk, closed', async () => {
    const { pool, server, log } = newFakePool({ minSize: 2, maxSize: 6, name: 'life' }, { connectMs: 10 });
    const states = collect(pool.state$);
    const ready = pool.ready();
    await elapse(10);
    await ready;
    const outcomes = Array.from({ length: 8 }, () => outcomeOf(pool.checkout()));
    await elapse(20);
    expect(pool.metrics).toMatchObject({ currentSize: 6, activeConnections: 6, waitingCheckouts: 2 });
    expect(pool.metrics.poolUtilizationPercent).toBe(100);
    for (const { value } of outcomes) value?.checkin();
    for (const { value } of outcomes.slice(6)) given(value).checkin();
    pool.resize(3);
    await elapse(10);
    expect(pool.state).toMatchObject({ idle: 3, size: 3, floor: 3 });
    await pool.close();
    expect(server.alive).toEqual([]);
    expect(log.map(({ version }) => version)).toEqual(log.map((_, i) => i + 1));
    expect(states.at(-1)).toMatchObject({ phase: 'closed', checkouts: 8, checkins: 8, version: log.length });
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a hundred users of real sockets make a thousand requests, and none fails', async () => {
  const server = await startTcpEcho();
  const pool: Pool<Parameters<typeof echo>[0]> = createPool({ ...server.connector, minSize: 5, maxSize: 20 });
  const user = async (n: number) => {
    for (let i = 0; i < 10; i++) {
      const text = `${n}/${i}`;
      expect(await pool.use((socket) => echo(socket, text))).toBe(text);
    }
  };
  await Promise.all(Array.from({ length: 100 }, (_, n) => user(n)));
  expect(pool.metrics).toMatchObject({ totalCheckouts: 1000, failedCheckouts: 0, activeConnections: 0 });
  await pool.close();
  await server.stop();
  // Closed handles are listed for some turns of the event loop; the test's own timeout ends what stays.
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('TCP'))) await turn();
});
