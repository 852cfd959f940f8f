import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { collect, listen } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('a pool that is exhausted', () => {
  it('explains its timeout', async () => {
    const { pool } = await fakePool({ minSize: 2, maxSize: 2, checkoutTimeoutMs: 1000 });
    given(pool.tryCheckout());
    await elapse(500);
    given(pool.tryCheckout());
    const outcomes = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    await elapse(1000);
    expect(outcomes[0]?.error).toMatchObject({
      name: 'PoolError',
      code: 'POOL_CHECKOUT_TIMEOUT',
      message:
        'pool: no connection within 1000 ms (waiting): every connection is in use, and there may be no more than 2; ' +
        '2 of 2 in use (at most 2), 0 connecting, 2 waiting',
      data: {
        phase: 'waiting',
        waitedMs: 1000,
        size: 2,
        maxSize: 2,
        idle: 0,
        active: 2,
        connecting: 0,
        unhealthy: 0,
        waiting: 2,
        waiter: 1,
        place: 1,
        timeoutMs: 1000,
        expectedWaitMs: null,
        holders: [
          { lease: 1, connection: 1, heldMs: 1500 },
          { lease: 2, connection: 2, heldMs: 1000 },
        ],
      },
    });
    expect((outcomes[0]?.error as Error).cause).toBeUndefined();
  });

  it('tells that it is connecting', async () => {
    const { pool } = await fakePool({ minSize: 0, checkoutTimeoutMs: 1000 }, { connectMs: 5000 });
    const outcome = outcomeOf(pool.checkout());
    await elapse(1000);
    expect(outcome.error).toMatchObject({ data: { phase: 'connecting', connecting: 1, holders: [] } });
  });

  it('serves again as soon as something is free', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, checkoutTimeoutMs: 100 });
    const lease = given(pool.tryCheckout());
    const outcome = outcomeOf(pool.checkout());
    await elapse(100);
    expect(outcome.errors).toBe(1);
    lease.checkin();
    await expect(pool.use(() => 'served')).resolves.toBe('served');
  });
});

describe('a checkin that makes no sense', () => {
  it('I3 is counted the second time and frees nobody else', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    const first = given(pool.tryCheckout());
    first.checkin();
    const second = given(pool.tryCheckout());
    first.checkin();
    first.destroy();
    expect(pool.tryCheckout()).toBeUndefined();
    expect(pool.state).toMatchObject({ active: 1, invalidCheckins: 2, checkins: 1, destroyed: 0 });
    second.checkin();
    expect(pool.state).toMatchObject({ idle: 1, invalidCheckins: 2, checkins: 2 });
  });

  it('is counted when the connection died before', async () => {
    const { pool, server, log } = await fakePool({ minSize: 1, maxSize: 1 });
    const lease = given(pool.tryCheckout());
    server.kill(lease.connection);
    await settle();
    lease.checkin();
    expect(log.at(-1)).toMatchObject({ type: 'invalidCheckin', lease: lease.id, reason: 'late' });
    expect(pool.state).toMatchObject({ idle: 1, active: 0, invalidCheckins: 1, lost: 1 });
  });

  it('is counted after the pool is closed', async () => {
    const { pool } = await fakePool({ minSize: 1 });
    const lease = given(pool.tryCheckout());
    lease.checkin();
    await pool.close();
    lease.checkin();
    expect(pool.metrics.invalidCheckins).toBe(1);
    expect(pool.state).toMatchObject({ phase: 'closed', size: 0, idle: 0 });
  });
});

describe('maxLeasesPerConnection', () => {
  it('I2 lets several share a connection, and no more', async () => {
    const { pool, server } = await fakePool({ minSize: 2, maxSize: 2, maxLeasesPerConnection: 3 });
    const leases = Array.from({ length: 6 }, () => given(pool.tryCheckout()));
    expect([...pool.state.connections].map((record) => record.leases)).toEqual([3, 3]);
    expect(pool.tryCheckout()).toBeUndefined();
    expect(pool.state).toMatchObject({ active: 2, idle: 0, size: 2 });
    leases[0]?.checkin();
    expect(pool.state).toMatchObject({ active: 2, idle: 0 });
    given(pool.tryCheckout()).checkin();
    for (const lease of leases.slice(1)) lease.checkin();
    expect(pool.state).toMatchObject({ active: 0, idle: 2, checkouts: 7, checkins: 7 });
    expect(server.connections).toHaveLength(2);
  });

  it('loses all leases of a connection that dies, and no others', async () => {
    const { pool, server } = await fakePool({ minSize: 2, maxSize: 2, maxLeasesPerConnection: 2 });
    const leases = Array.from({ length: 4 }, () => given(pool.tryCheckout()));
    const reasons = leases.map(({ revoked$ }) => collect(revoked$));
    server.kill(server.connection(1));
    const died = leases.map(({ connection }) => connection.id === 1);
    expect(reasons.map(({ length }) => length === 1)).toEqual(died);
    expect(pool.state).toMatchObject({ lost: 2, active: 1 });
    for (const lease of leases) lease.checkin();
    expect(pool.state).toMatchObject({ checkins: 2, invalidCheckins: 2 });
  });
});

describe('maxUses', () => {
  it('holds against an observer who asks for the connection that was just checked in', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxUses: 1 });
    const taken: unknown[] = [];
    listen(pool.events$, ({ type }) => {
      if (type === 'checkin') taken.push(pool.tryCheckout());
    });
    given(pool.tryCheckout()).checkin();
    expect(taken).toEqual([undefined]);
  });

  it('replaces a connection after so many leases', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, maxUses: 3 });
    const ids: number[] = [];
    for (let i = 0; i < 7; i++) await pool.use(({ id }) => [ids.push(id)]);
    expect(ids).toEqual([1, 1, 1, 2, 2, 2, 3]);
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 1, 0]);
  });

  it('keeps no connection for a single use whose waiter has left', async () => {
    const { pool, server } = await fakePool({ minSize: 0, maxUses: 1 }, { connectMs: 50 });
    const waiters = [1, 2, 3].map(() => pool.checkout().subscribe());
    await elapse(20);
    for (const waiter of waiters) waiter.unsubscribe();
    await elapse(50);
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 1, 1]);
    expect(pool.state.size).toBe(0);
  });

  it('gives who waits a fresh one, not one that is used up', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxUses: 1 });
    const first = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    first.checkin();
    await settle();
    expect(valueOf(waiter).connection).not.toBe(first.connection);
    expect(pool.state.size).toBe(1);
  });
});
