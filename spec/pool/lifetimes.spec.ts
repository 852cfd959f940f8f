import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Notice, type Pool, createPool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { collect } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const quiet = { healthCheckIntervalMs: 0 };

/** So many leases at once, all given back. */
async function useAtOnce(pool: Pool<FakeConnection>, count: number) {
  const outcomes = Array.from({ length: count }, () => outcomeOf(pool.checkout()));
  await settle();
  for (const outcome of outcomes) valueOf(outcome).checkin();
}

describe('idleTimeoutMs', () => {
  it('closes as many above the floor as were idle throughout the interval, a quarter of it later at most', async () => {
    const { pool, log } = await fakePool({ ...quiet, minSize: 2, maxSize: 9, maxConnecting: 9 });
    await useAtOnce(pool, 7);
    await elapse(50_000);
    const three = [1, 2, 3].map(() => given(pool.tryCheckout()));
    for (const lease of three) lease.checkin();
    await elapse(10_000);
    expect(pool.state.idle).toBe(7);
    await elapse(15_000);
    expect(pool.state.idle).toBe(3);
    await elapse(34_999);
    expect(pool.state.idle).toBe(3);
    await elapse(15_001);
    expect(pool.state.idle).toBe(2);
    await elapse(120_000);
    expect(pool.state.idle).toBe(2);
    expect(log.filter((event) => event.type === 'retire' && event.reason === 'idle')).toHaveLength(5);
  });

  it('shrinks though round robin uses each single one now and then', async () => {
    const { pool } = await fakePool({ ...quiet, minSize: 1, maxSize: 6, maxConnecting: 6 });
    await useAtOnce(pool, 6);
    for (let i = 0; i < 200; i++) {
      given(pool.tryCheckout()).checkin();
      await elapse(1000);
    }
    expect(pool.state.idle).toBe(1);
  });

  it.each([0, Infinity])('closes none where it is %d', async (idleTimeoutMs) => {
    const { pool } = await fakePool({ ...quiet, minSize: 0, idleTimeoutMs, maxLifetimeMs: 0 });
    await useAtOnce(pool, 1);
    await elapse(3_600_000);
    expect(pool.state.idle).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('maxLifetimeMs', () => {
  it('replaces each connection within the range, not all at once', async () => {
    const { pool, server } = await fakePool({ ...quiet, minSize: 10, maxLifetimeMs: [1000, 2000] });
    await elapse(999);
    expect(server.connections).toHaveLength(10);
    await elapse(500);
    const half = server.connections.length;
    expect(half).toBeGreaterThan(10);
    expect(half).toBeLessThan(20);
    await elapse(501);
    expect(server.connections.filter(({ closes }) => closes === 1)).toHaveLength(server.connections.length - 10);
    expect(pool.state.idle).toBe(10);
  });

  it('defaults to between 25 and 30 minutes, and takes a single number', async () => {
    const { pool, server } = await fakePool({ ...quiet, minSize: 1 });
    await elapse(1_499_999);
    expect(server.connections).toHaveLength(1);
    await elapse(300_001);
    expect(server.connections).toHaveLength(2);
    await pool.close();
    const other = await fakePool({ ...quiet, minSize: 1, maxLifetimeMs: 500 });
    await elapse(500);
    expect(other.server.connections).toHaveLength(2);
  });

  it('tells the holder of a leased one, and closes it when it comes back', async () => {
    const { pool, server } = await fakePool({ ...quiet, minSize: 1, maxSize: 2, maxLifetimeMs: 500 });
    const lease = given(pool.tryCheckout());
    const revocations = collect(lease.revoked$);
    await elapse(500);
    expect(revocations).toEqual([{ reason: 'retiring', cause: 'maxLifetime' }]);
    expect(server.connection(1).closes).toBe(0);
    lease.checkin();
    expect(server.connection(1).closes).toBe(1);
    await settle();
    expect(pool.state).toMatchObject({ checkins: 1, lost: 0, idle: 1 });
  });

  it('lets work under way finish', async () => {
    const { pool } = await fakePool({ ...quiet, minSize: 1, maxLifetimeMs: 500 });
    const work = pool.use(() => new Promise((resolve) => setTimeout(resolve, 900, 'done')));
    await elapse(900);
    await expect(work).resolves.toBe('done');
  });

  it('leaves no timer of a connection that is gone', async () => {
    const { pool } = await fakePool({ ...quiet, minSize: 3, idleTimeoutMs: 0 });
    expect(vi.getTimerCount()).toBe(3);
    for (const { id } of pool.state.connections) expect(id).toBeGreaterThan(0);
    await pool.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('notices', () => {
  it('are written into the log, and may retire the connection', async () => {
    const notices$ = new Subject<Notice>();
    const pool = createPool({ ...quiet, connect: () => ['a'], notices: () => notices$, minSize: 1, maxSize: 2 });
    const log = collect(pool.events$);
    await settle();
    const lease = given(pool.tryCheckout());
    notices$.next({ note: 'a line of garbage' });
    expect(log.at(-1)).toMatchObject({ type: 'notice', connection: 1, note: 'a line of garbage' });
    notices$.next({ note: 'too much of it', retire: true });
    expect(log.at(-1)).toMatchObject({ type: 'retire', connection: 1, reason: 'notice' });
    lease.checkin();
    await settle();
    expect([...pool.state.connections].map(({ id }) => id)).toEqual([2]);
    notices$.error(new Error('no more'));
    expect(pool.state.idle).toBe(1);
    await pool.close();
    expect(notices$.observed).toBe(false);
  });
});
