import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { FakeServer, type FakeConnection } from '../support/fake-server.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const newFakePoolOfTwo = () => fakePool({ minSize: 1, maxSize: 100, checkoutTimeoutMs: 0 }, { connectMs: 290 });
const growing = { minSize: 5, maxSize: 100 };

/** Uses of 2 ms; tells how many milliseconds after now the last one ended. */
async function spikeOf(pool: Pool<FakeConnection>, uses: number): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: uses }, () => pool.use(() => pause(2))));
  return performance.now() - began;
}

describe('a pool under demand, in virtual time', () => {
  beforeEach(stopTime);
  afterEach(resumeTime);

  /** Five idle connections, 150 ms to connect, and so many short uses behind it. */
  async function warmed(uses: number) {
    const own = newFakePool(growing, { connectMs: 150 });
    await elapse(300);
    const warming = (async () => {
      for (let i = 0; i < uses; i++) await own.pool.use(() => pause(2));
    })();
    await elapse(2 * uses);
    await warming;
    return own;
  }

  it.each([0, 10])('serves a spike of 50 with the 5 it has, after %i earlier uses', async (uses) => {
    const { pool, server } = await warmed(uses);
    const spike = spikeOf(pool, 50);
    await elapse(30);
    expect(await spike).toBeLessThanOrEqual(30);
    expect(server.connectedAt.length - 5).toBeLessThanOrEqual(uses === 0 ? 5 : 0);
  });

  it('opens new ones for those behind long holders, within a connect and a half', async () => {
    const { pool } = await warmed(1000);
    for (let i = 0; i < 5; i++) given(pool.tryCheckout());
    const began = performance.now();
    const waiters = Promise.all(Array.from({ length: 10 }, () => pool.use(() => pause(2))));
    await elapse(225);
    await waiters;
    expect(performance.now() - began).toBeLessThanOrEqual(225);
    expect(pool.state.size).toBeLessThanOrEqual(9);
  });

  it('grows under lasting load, until hardly anybody waits', async () => {
    const { pool } = await warmed(100);
    let done = 0;
    const client = async () => {
      for (let i = 0; i < 180; i++, done++) await pool.use(() => pause(20));
    };
    const clients = Promise.all(Array.from({ length: 50 }, client));
    await elapse(3000);
    const { waiting, size } = pool.state;
    expect(waiting).toBeLessThan(3);
    expect(size).toBeGreaterThan(47);
    expect(size).toBeLessThan(54);
    const before = done;
    await elapse(1000);
    expect(done - before).toBeGreaterThan(2400);
    await elapse(3000);
    await clients;
  });

  it('grows as far as that pays: a server with two processors gets no more than it can use', async () => {
    const { pool } = await newFakePoolOfTwo();
    let running = 0;
    let done = 0;
    const use = async () => {
      running++;
      await pause(10 * Math.max(1, running / 2));
      running--;
      done++;
    };
    const end = performance.now() + 20_000;
    const client = async () => {
      while (performance.now() < end) await pool.use(use);
    };
    const clients = Promise.all(Array.from({ length: 100 }, client));
    await elapse(10_000);
    const before = done;
    expect(pool.state.size).toBeLessThan(12);
    await elapse(10_000);
    expect(done - before).toBeGreaterThan(1700);
    expect(pool.state.size).toBeLessThan(12);
    await elapse(3000);
    await clients;
  });

  it('I8 looks again before each connect: who is served meanwhile needs none', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 9, maxConnecting: 1 }, { connectMs: 100 });
    await elapse(100);
    const lease = given(pool.tryCheckout());
    const waiters = Array.from({ length: 3 }, () => outcomeOf(pool.checkout()));
    await elapse(10);
    expect(pool.state.connecting).toBe(1);
    waiters[1]?.leave();
    waiters[2]?.leave();
    lease.checkin();
    await elapse(500);
    expect(waiters[0]?.values).toBe(1);
    expect(server.connectedAt).toHaveLength(2);
  });

  it('leaves no timer of its own when nobody waits any more', async () => {
    const { pool } = await warmed(10);
    for (let i = 0; i < 5; i++) given(pool.tryCheckout());
    outcomeOf(pool.checkout()).leave();
    await elapse(200);
    expect(pool.state.size).toBe(5);
  });
});

it('serves a spike of 50 in real time before a new connection could be up', async () => {
  const server = new FakeServer({ connectMs: 150 });
  const pool = createPool({ ...server.connector, ...growing });
  await pool.ready();
  expect(await spikeOf(pool, 50)).toBeLessThan(150);
  expect(server.connectedAt.length).toBeLessThanOrEqual(10);
  await pool.close();
});
