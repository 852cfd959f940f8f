import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lease, type Pool, type PoolEvent, type PoolOptions, codel, replay } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, elapseIn, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const USE_MS = 100;
const TIMEOUT_MS = 1000;
const sizes = (size: number) => ({ minSize: size, maxSize: size });

/** Asks for a connection and keeps it for a while; whoever is not served goes away. */
function call(pool: Pool<FakeConnection>): void {
  pool.checkout().subscribe({
    next: (lease) => setTimeout(lease[Symbol.dispose].bind(lease), USE_MS),
    error: () => undefined,
  });
}

/** Ten connections of which each serves ten calls a second, and 130 that come, at even intervals, for ten seconds. */
async function overloaded(options: Partial<PoolOptions<FakeConnection>>) {
  const { pool, log } = await fakePool({ ...sizes(10), checkoutTimeoutMs: TIMEOUT_MS, ...options });
  const from = performance.now();
  const calls = setInterval(call, 1000 / 130, pool);
  await elapseIn(2000, 5);
  clearInterval(calls);
  expect(JSON.stringify(replay(log))).toBe(JSON.stringify(pool.state));
  return { pool, log, after: (ms: number) => log.filter(({ at }) => at > from + ms) };
}

const longestWait = (events: readonly PoolEvent[]) =>
  Math.max(...events.map((event) => (event.type === 'checkout' ? event.waitedMs : 0)));
const left = (events: readonly PoolEvent[]) =>
  new Set(events.map((event) => (event.type === 'leave' ? event.reason : '')));

describe('a load of 1.3 times what can be served', () => {
  it('makes everybody wait until the time is up', async () => {
    const { after } = await overloaded({});
    expect(longestWait(after(5000))).toBeGreaterThan(0.9 * TIMEOUT_MS);
    expect(left(after(5000))).toContain('timeout');
  });

  it('makes nobody who is served wait for long with codel, once it has lasted', async () => {
    const { pool, after } = await overloaded({ queue: codel({ targetMs: 50, intervalMs: 2000 }) });
    expect(longestWait(after(2000 + USE_MS))).toBeLessThanOrEqual(50 + USE_MS);
    expect(left(after(2000 + USE_MS))).toEqual(new Set(['', 'overloaded']));
    // As many are served as can be: 1000 in ten seconds.
    expect(pool.state.checkouts).toBeGreaterThan(990);
  });

  it('sheds nobody before it has lasted, so that a burst is waited out', async () => {
    const { pool } = await fakePool({ ...sizes(10), queue: codel() });
    for (let i = 0; i < 200; i++) call(pool);
    await elapse(2000);
    expect(pool.state).toMatchObject({ checkouts: 200, checkins: 200, failedCheckouts: 0 });
  });
});

describe('a waiter that is shed', () => {
  const queue = codel({ targetMs: 50, intervalMs: 1000 });

  /** A pool with its only connection taken, and three who wait; the last of them came 10 ms ago. */
  async function threeWaiting() {
    const { pool } = await fakePool({ ...sizes(1), queue, checkoutTimeoutMs: 0, maxWaiting: 3 });
    const lease = given(pool.tryCheckout());
    const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    await elapse(1100);
    const third = outcomeOf(pool.checkout());
    await elapse(10);
    return { pool, lease, first, second, third };
  }

  it('is told so, with how long it waited, and counts as failed', async () => {
    const { pool, lease, first, second, third } = await threeWaiting();
    lease.checkin();
    expect(first.error).toMatchObject({
      code: 'POOL_OVERLOADED',
      data: { waiting: 3, limit: 3, waitedMs: 1110 },
      message: 'pool: shed after 1110 ms: the queue has not been empty for 1110 ms, 3 waiting',
    });
    expect([codeOf(second.error), third.values]).toEqual(['POOL_OVERLOADED', 1]);
    expect(pool.state).toMatchObject({ failedCheckouts: 2, active: 1, waiting: 0, waitingSince: 0 });
  });

  it('tells those who were not let in that they did not wait', async () => {
    const { pool } = await threeWaiting();
    expect(outcomeOf(pool.checkout()).error).toMatchObject({ data: { waiting: 3, limit: 3, waitedMs: 0 } });
  });

  it('I4 and asks again at once stands at the end, and everybody is served', async () => {
    const { pool } = await fakePool({ ...sizes(1), queue, checkoutTimeoutMs: 0 });
    const lease = given(pool.tryCheckout());
    const told: string[] = [];
    const ask = (name: string): void => {
      const next = (given: Lease<FakeConnection>) => {
        told.push(name);
        given.checkin();
      };
      const error = () => {
        told.push(`${name} shed`);
        ask(`${name} again`);
      };
      pool.checkout().subscribe({ next, error });
    };
    for (const name of ['a', 'b']) ask(name);
    await elapse(1100);
    ask('c');
    lease.checkin();
    expect(told).toEqual(['a shed', 'b shed', 'c', 'a again', 'b again']);
    expect(pool.state).toMatchObject({ idle: 1, waiting: 0, failedCheckouts: 2 });
  });

  it('I7 leaves its turn to the next one of its key', async () => {
    const { pool } = await fakePool({ ...sizes(1), queue, checkoutTimeoutMs: 0 });
    const lease = given(pool.tryCheckout());
    const [old, other] = ['noisy', 'quiet'].map((key) => outcomeOf(pool.checkout({ key })));
    await elapse(1100);
    const fresh = outcomeOf(pool.checkout({ key: 'noisy' }));
    lease.checkin();
    expect([codeOf(old?.error), fresh.values, other?.values]).toEqual(['POOL_OVERLOADED', 1, 0]);
    fresh.value?.checkin();
    expect(other?.values).toBe(1);
  });
});
