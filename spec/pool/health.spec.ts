import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leastLoaded, random, roundRobin } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const three = { minSize: 3, maxSize: 3, healthCheckIntervalMs: 1000, healthCheckTimeoutMs: 200 };

describe('health checks', () => {
  it('check each idle connection once an interval, and not all at once', async () => {
    const { server, log } = await fakePool({ ...three, minSize: 10, maxSize: 10 });
    await elapse(1000);
    expect(server.connections.map(({ checks }) => checks)).toEqual(Array(10).fill(1));
    const instants = log.flatMap(({ type, at }) => (type === 'health' ? [at] : [])).sort((a, b) => a - b);
    expect(Math.max(...instants) - Math.min(...instants)).toBeGreaterThan(700);
    expect(new Set(instants).size).toBe(10);
    await elapse(4000);
    expect(server.connections.map(({ checks }) => checks)).toEqual(Array(10).fill(5));
  });

  it.each([
    ['round robin', roundRobin()],
    ['least loaded', leastLoaded()],
    ['random', random()],
  ])('an unhealthy connection is skipped by %s', async (_, strategy) => {
    const { pool, server } = await fakePool({ ...three, strategy, unhealthyAfter: 1 });
    server.connection(2).health = 'bad';
    await elapse(1000);
    expect(pool.state).toMatchObject({ unhealthy: 1, idle: 3 });
    const ids = Array.from({ length: 30 }, () => {
      const lease = given(pool.tryCheckout());
      lease.checkin();
      return lease.connection.id;
    });
    expect(new Set(ids)).toEqual(new Set([1, 3]));
    expect([pool.tryCheckout(), pool.tryCheckout(), pool.tryCheckout()].filter(Boolean)).toHaveLength(2);
  });

  it('a connection is healthy again after one good check', async () => {
    const { pool, server } = await fakePool({ ...three, minSize: 1, maxSize: 1 });
    server.connection(1).health = 'bad';
    await elapse(1000);
    expect(pool.tryCheckout()).toBeUndefined();
    server.connection(1).health = 'good';
    await elapse(1000);
    expect(pool.state).toMatchObject({ unhealthy: 0, healthCheckFailures: 1 });
    expect(given(pool.tryCheckout()).connection.id).toBe(1);
  });

  it('a connection is not replaced before it counts as unhealthy', async () => {
    const { server } = await fakePool({ ...three, unhealthyAfter: 4 });
    server.connection(2).health = 'bad';
    await elapse(3000);
    expect(server.connections).toHaveLength(3);
    await elapse(1000);
    expect(server.connections).toHaveLength(4);
  });

  it('a connection is replaced after three bad checks in a row', async () => {
    const { pool, server, log } = await fakePool(three);
    server.connection(2).health = 'bad';
    await elapse(2999);
    expect(server.connection(2).closes).toBe(1);
    expect(log.find(({ type }) => type === 'retire')).toMatchObject({ connection: 2, reason: 'unhealthy' });
    expect(pool.state).toMatchObject({ idle: 3, unhealthy: 0, healthCheckFailures: 3 });
    expect(server.alive.map(({ id }) => id)).toEqual([1, 3, 4]);
  });

  it('two bad checks and a good one replace nothing', async () => {
    const { server } = await fakePool(three);
    const { connections } = server;
    for (let i = 0; i < 5; i++) {
      for (const connection of connections) connection.health = 'bad';
      await elapse(2000);
      for (const connection of connections) connection.health = 'good';
      await elapse(1000);
    }
    expect(server.connections).toHaveLength(3);
  });

  it('a check that outlasts its timeout is a bad one', async () => {
    const { pool, server, log } = await fakePool({ ...three, minSize: 1 });
    server.connection(1).health = 'silent';
    await elapse(1200);
    expect(pool.state).toMatchObject({ unhealthy: 1, healthCheckFailures: 1 });
    expect(log.find(({ type }) => type === 'health')).toMatchObject({ healthy: false, connection: 1 });
  });

  it('unhealthyAfter 2 forgives the first one', async () => {
    const { pool, server } = await fakePool({ ...three, minSize: 1, unhealthyAfter: 2 });
    server.connection(1).health = 'bad';
    await elapse(1000);
    expect(pool.state).toMatchObject({ unhealthy: 0, healthCheckFailures: 1 });
    await elapse(1000);
    expect(pool.state).toMatchObject({ unhealthy: 1, healthCheckFailures: 2 });
  });

  it('are skipped while a connection is leased, and right after a use', async () => {
    const { pool, server } = await fakePool({ ...three, minSize: 1, maxSize: 1 });
    const lease = given(pool.tryCheckout());
    await elapse(5000);
    expect(server.connection(1).checks).toBe(0);
    lease.checkin();
    for (let i = 0; i < 50; i++) {
      await elapse(100);
      await pool.use(() => [1]);
    }
    expect(server.connection(1).checks).toBe(0);
    await elapse(1500);
    expect(server.connection(1).checks).toBe(1);
  });

  it('leave the connection leasable, and a checkout makes their outcome void', async () => {
    const { pool, server } = await fakePool({ ...three, minSize: 1, maxSize: 1 });
    server.connection(1).health = 'silent';
    await elapse(400);
    expect(server.connection(1).checks).toBe(1);
    given(pool.tryCheckout()).checkin();
    await elapse(500);
    expect(pool.state).toMatchObject({ unhealthy: 0, healthCheckFailures: 0 });
  });

  it('are not made when the interval is 0 or there is no check', async () => {
    const { server } = await fakePool({ ...three, healthCheckIntervalMs: 0 });
    await elapse(20_000);
    expect(server.connections.map(({ checks }) => checks)).toEqual([0, 0, 0]);
  });

  it('a check that throws is a bad one', async () => {
    const check = () => {
      throw new Error('broken check');
    };
    const { pool, log } = await fakePool({ ...three, check });
    await elapse(1000);
    expect(pool.state.unhealthy).toBe(3);
    expect(log.find(({ type }) => type === 'health')).toMatchObject({ error: 'broken check' });
  });

  it('end with the connection', async () => {
    const { pool, server } = await fakePool(three);
    await pool.close();
    const before = server.connections.map(({ checks }) => checks);
    await elapse(10_000);
    await settle();
    expect(server.connections.map(({ checks }) => checks)).toEqual(before);
  });
});
