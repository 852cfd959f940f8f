import { EMPTY, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolOptions, createPool, leastLoaded, random, roundRobin } from '../../lib/index.ts';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { collect, listen } from '../support/listen.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

const connect = () => of({});

beforeEach(stopTime);
afterEach(resumeTime);

describe('creation', () => {
  it('keeps ten connections and never has more than a thousand', async () => {
    const { pool } = await fakePool();
    expect(pool.state).toMatchObject({ size: 10, idle: 10, minSize: 10, maxSize: 1000, floor: 10 });
    expect(pool.name).toBe('pool');
    expect(pool.metrics.strategy).toBe('roundRobin');
  });

  it.each([
    [{ maxSize: 4 }, 4, 4],
    [{ maxSize: 50 }, 10, 50],
    [{ minSize: 3 }, 3, 1000],
    [{ minSize: 2000 }, 2000, 2000],
    [{ minSize: 0 }, 0, 1000],
    [{ minSize: 7, maxSize: 7 }, 7, 7],
  ])('lets a size that is left out follow the other: %j', (options, minSize, maxSize) => {
    const pool = createPool({ connect, ...options });
    expect(pool.state).toMatchObject({ minSize, maxSize });
  });

  it.each<Partial<PoolOptions<object>>>([
    { minSize: 5, maxSize: 4 },
    { minSize: -1 },
    { minSize: 1.5 },
    { minSize: NaN },
    { maxSize: 0 },
    { maxSize: Infinity },
    { maxConnecting: 0 },
    { maxLeasesPerConnection: 0 },
    { maxUses: 0 },
    { unhealthyAfter: 0 },
    { maxWaiting: -1 },
    { checkoutTimeoutMs: -1 },
    { checkoutTimeoutMs: NaN },
    { connectTimeoutMs: 2 ** 31 },
    { healthCheckIntervalMs: -5 },
    { connectBackoff: { minMs: 20, maxMs: 10 } },
    { connectBackoff: { minMs: -1 } },
    { seed: 0.5 },
  ])('refuses %j with a RangeError', (options) => {
    expect(() => createPool({ connect, ...options })).toThrow(RangeError);
  });

  it.each([
    null,
    5,
    {},
    { connect: 'tcp' },
    { connect, check: 1 },
    { connect, warm: {} },
    { connect, strategy: 'random' },
    { connect, name: 5 },
    { connect, minSize: '3' },
    { connect, connectBackoff: null },
    { connect, checkoutTimeoutMs: '3' },
  ])('refuses %j with a TypeError', (options) => {
    expect(() => createPool(options as unknown as PoolOptions<object>)).toThrow(TypeError);
  });

  it.each([0, Infinity, 2 ** 31 - 1])('takes a duration of %s ms', (ms) => {
    const durations = { checkoutTimeoutMs: ms, connectTimeoutMs: ms, healthCheckIntervalMs: ms, closeTimeoutMs: ms };
    expect(() => createPool({ connect, ...durations })).not.toThrow();
  });

  it.each([
    [roundRobin(), 'roundRobin'],
    [leastLoaded(), 'leastLoaded'],
    [random(), 'random'],
    [() => EMPTY, 'custom'],
  ])('tells the name of its strategy (%#)', (strategy, name) => {
    const pool = createPool({ connect, strategy });
    expect(pool.metrics.strategy).toBe(name);
    expect(pool.state.strategy).toBe(name);
  });

  it('shows its first event to whoever subscribes in the tick of its creation', async () => {
    const { pool, log } = newFakePool({ minSize: 1, name: 'tools' });
    const states = collect(pool.state$);
    expect(log).toEqual([]);
    await settle();
    expect(log.map(({ type }) => type)).toEqual(['opened', 'connecting', 'up']);
    expect(log[0]).toMatchObject({ version: 1, name: 'tools', minSize: 1 });
    expect(states.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it('does not connect before the next tick', () => {
    const { server } = newFakePool({ minSize: 2 });
    expect(server.connectedAt).toEqual([]);
  });

  it('opens the floor at once but not more than maxConnecting at a time', async () => {
    const { pool, server } = await fakePool({ minSize: 10, maxConnecting: 3 }, { connectMs: 100 });
    expect(pool.state).toMatchObject({ size: 3, connecting: 3 });
    await elapse(399);
    expect(pool.state.idle).toBe(9);
    await elapse(1);
    expect(pool.state).toMatchObject({ size: 10, idle: 10, connecting: 0 });
    expect(server.mostConnecting).toBe(3);
  });

  it('warms a connection before its first use', async () => {
    const order: string[] = [];
    const warm = async () => {
      order.push('warming');
      await Promise.resolve();
      order.push('warm');
    };
    const { pool } = await fakePool({ minSize: 1, warm });
    listen(pool.events$, ({ type }) => order.push(type));
    await pool.use(() => of(order.push('used')));
    expect(order).toEqual(['warming', 'warm', 'checkout', 'used', 'checkin']);
  });

  it('counts a failed warming as a failed connect and closes what it had', async () => {
    const { pool, server, log } = await fakePool({ minSize: 1, warm: () => Promise.reject(new Error('cold')) });
    expect(log.find(({ type }) => type === 'connectFailed')).toMatchObject({ error: 'cold' });
    expect(server.connections.map(({ closes }) => closes)).toEqual([1]);
    await pool.close();
  });

  it('opens a pool of nothing when minSize is 0, and connects for the first who asks', async () => {
    const { pool, server } = await fakePool({ minSize: 0 });
    await elapse(60_000);
    expect(server.connections).toEqual([]);
    await expect(pool.use(({ id }) => of(id))).resolves.toBe(1);
  });
});
