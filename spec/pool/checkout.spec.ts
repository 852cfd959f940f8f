import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leastLoaded, random, roundRobin } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const sizes = (size: number) => ({ minSize: size, maxSize: size });

describe('checkout', () => {
  it('gives one lease, completes, and takes it back', async () => {
    const { pool, server } = await fakePool(sizes(1));
    const outcome = outcomeOf(pool.checkout());
    expect(outcome).toMatchObject({ values: 1, completions: 1, errors: 0 });
    expect(valueOf(outcome).connection).toBe(server.connections[0]);
    expect(pool.state).toMatchObject({ active: 1, idle: 0 });
    valueOf(outcome).checkin();
    expect(pool.state).toMatchObject({ active: 0, idle: 1, checkouts: 1, checkins: 1 });
  });

  it('is cold: each subscription has a lease of its own', async () => {
    const { pool } = await fakePool(sizes(2));
    const checkout$ = pool.checkout();
    expect(pool.state.active).toBe(0);
    const [one, two] = [outcomeOf(checkout$), outcomeOf(checkout$)].map(valueOf);
    expect(one?.id).not.toBe(two?.id);
    expect(one?.connection).not.toBe(two?.connection);
  });

  it('sets no timer as long as nobody waits, and one for all who do', async () => {
    const { pool } = await fakePool({ ...sizes(10), healthCheckIntervalMs: 0, idleTimeoutMs: 0, maxLifetimeMs: 0 });
    const before = vi.getTimerCount();
    const leases = Array.from({ length: 10 }, () => valueOf(outcomeOf(pool.checkout())));
    expect(vi.getTimerCount()).toBe(before);
    const waiters = Array.from({ length: 100 }, () => outcomeOf(pool.checkout()));
    expect(vi.getTimerCount()).toBe(before + 1);
    for (const waiter of waiters) waiter.leave();
    for (const lease of leases) lease.checkin();
  });

  it('I2 leases each of a hundred connections to another holder', async () => {
    const { pool } = await fakePool(sizes(100));
    const leases = Array.from({ length: 100 }, () => valueOf(outcomeOf(pool.checkout())));
    expect(new Set(leases.map(({ connection }) => connection)).size).toBe(100);
    expect(new Set(leases.map(({ id }) => id)).size).toBe(100);
    expect(pool.tryCheckout()).toBeUndefined();
    expect(pool.state).toMatchObject({ active: 100, idle: 0, waiting: 0 });
  });

  it('gives a connection back when its lease is disposed of, once', async () => {
    const { pool } = await fakePool(sizes(1));
    const lease = given(pool.tryCheckout());
    lease[Symbol.dispose]();
    lease[Symbol.dispose]();
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1, invalidCheckins: 0 });
  });

  it('closes a connection whose lease is destroyed, and opens another', async () => {
    const { pool, server, log } = await fakePool(sizes(2));
    const lease = given(pool.tryCheckout());
    lease.destroy(new Error('holds state'));
    expect(lease.connection.closes).toBe(1);
    await settle();
    expect(pool.state).toMatchObject({ idle: 2, destroyed: 1, checkins: 0 });
    expect(server.connections).toHaveLength(3);
    expect(log.find(({ type }) => type === 'destroy')).toMatchObject({ reason: 'holds state' });
  });
});

describe('the strategies', () => {
  const used = async (strategy: ReturnType<typeof roundRobin>, times: number) => {
    const { pool } = await fakePool({ ...sizes(5), strategy });
    return Array.from({ length: times }, () => {
      const lease = given(pool.tryCheckout());
      lease.checkin();
      return lease.connection.id;
    });
  };

  it('round robin takes each in turn', async () => {
    expect(await used(roundRobin(), 11)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1]);
  });

  it('least loaded uses all equally often', async () => {
    const ids = await used(leastLoaded(), 50);
    expect([1, 2, 3, 4, 5].map((id) => ids.filter((other) => other === id).length)).toEqual([10, 10, 10, 10, 10]);
  });

  it('random uses all, and the same ones for the same seed', async () => {
    const ids = await used(random(), 200);
    expect(new Set(ids).size).toBe(5);
    expect(await used(random(), 200)).toEqual(ids);
  });
});

describe('waiting', () => {
  it('I7 serves first come first served', async () => {
    const { pool } = await fakePool(sizes(1));
    const first = given(pool.tryCheckout());
    const waiters = Array.from({ length: 5 }, () => outcomeOf(pool.checkout()));
    expect(pool.state.waiting).toBe(5);
    first.checkin();
    for (const [i, waiter] of waiters.entries()) {
      expect(waiters.map(({ values }) => values)).toEqual(waiters.map((_, j) => (j <= i ? 1 : 0)));
      valueOf(waiter).checkin();
    }
    expect(pool.state).toMatchObject({ idle: 1, waiting: 0, checkouts: 6 });
  });

  it('I7 lets no newcomer take what a waiter is about to get', async () => {
    const { pool } = await fakePool(sizes(1));
    const first = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    first.checkin();
    expect(pool.tryCheckout()).toBeUndefined();
    expect(waiter.values).toBe(1);
  });

  it('serves a higher priority first, and within it who came first', async () => {
    const { pool } = await fakePool(sizes(1));
    const order: string[] = [];
    const first = given(pool.tryCheckout());
    const wants = [['a', 0], ['b', 5], ['c', -1], ['d', 5], ['e', 0]] as const; // prettier-ignore
    const all = wants.map(([name, priority]) => pool.use(() => [order.push(name)], { priority }));
    first.checkin();
    await Promise.all(all);
    expect(order).toEqual(['b', 'd', 'a', 'e', 'c']);
  });

  it('gives up after checkoutTimeoutMs, no sooner', async () => {
    const { pool } = await fakePool({ ...sizes(1), checkoutTimeoutMs: 300 });
    given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    await elapse(299);
    expect(waiter.errors).toBe(0);
    await elapse(1);
    expect(codeOf(waiter.error)).toBe('POOL_CHECKOUT_TIMEOUT');
    expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 1 });
  });

  it('lets a checkout have a timeout of its own', async () => {
    const { pool } = await fakePool({ ...sizes(1), checkoutTimeoutMs: 300 });
    const lease = given(pool.tryCheckout());
    const [short, long, endless] = [50, 3000, Infinity].map((timeoutMs) => outcomeOf(pool.checkout({ timeoutMs })));
    await elapse(50);
    expect([short?.errors, long?.errors]).toEqual([1, 0]);
    await elapse(1_000_000);
    expect([long?.errors, endless?.errors]).toEqual([1, 0]);
    lease.checkin();
    expect(endless?.values).toBe(1);
  });

  it('leaves the queue on unsubscribing, which is no failure', async () => {
    const { pool, log } = await fakePool(sizes(1));
    const lease = given(pool.tryCheckout());
    const [one, two] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    one.leave();
    expect(pool.state).toMatchObject({ waiting: 1, failedCheckouts: 0 });
    lease.checkin();
    expect([one.values, two.values]).toEqual([0, 1]);
    expect(log.find(({ type }) => type === 'leave')).toMatchObject({ reason: 'cancelled' });
  });

  it('turns away who comes when maxWaiting are waiting', async () => {
    const { pool } = await fakePool({ ...sizes(1), maxWaiting: 2 });
    given(pool.tryCheckout());
    const [one, two, three] = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
    expect([one?.errors, two?.errors]).toEqual([0, 0]);
    expect(codeOf(three?.error)).toBe('POOL_OVERLOADED');
    expect(three?.error).toMatchObject({ data: { waiting: 2, limit: 2 } });
    expect(pool.state).toMatchObject({ waiting: 2, failedCheckouts: 1 });
  });
});
