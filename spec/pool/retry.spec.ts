import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const notFound = new Error('command not found');
const isPermanent = (error: unknown): boolean => error === notFound;

describe('retry()', () => {
  it('connects now after a permanent failure', async () => {
    const { pool, server } = await fakePool({ minSize: 1, isPermanent }, { refusal: notFound });
    server.behaviour.refusal = undefined;
    pool.retry();
    await settle();
    expect(pool.state).toMatchObject({ idle: 1, circuit: 'closed' });
    await pool.ready();
  });

  it('has whoever comes next wait for its outcome', async () => {
    const { pool, server } = await fakePool({ minSize: 1, isPermanent }, { refusal: notFound, connectMs: 100 });
    await elapse(100);
    const before = outcomeOf(pool.checkout());
    await settle();
    expect(before.error).toMatchObject({ code: 'POOL_CONNECT_FAILED' });
    pool.retry();
    const [fails, ready] = [outcomeOf(pool.checkout()), expect(pool.ready()).rejects.toThrow('command not found')];
    await elapse(99);
    expect(fails.errors).toBe(0);
    await elapse(1);
    await ready;
    expect(fails.error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: notFound });
    server.behaviour.refusal = undefined;
    pool.retry();
    const works = outcomeOf(pool.checkout());
    await elapse(100);
    expect(works.values).toBe(1);
  });

  it('lets the next who asks connect where no connection is kept', async () => {
    const { pool, server } = await fakePool({ minSize: 0, isPermanent }, { refusal: notFound });
    outcomeOf(pool.checkout());
    await settle();
    server.behaviour.refusal = undefined;
    pool.retry();
    const waiter = outcomeOf(pool.checkout());
    await settle();
    expect(waiter.values).toBe(1);
  });

  it('makes one attempt, however often it is asked', async () => {
    const { pool, server } = await fakePool({ minSize: 4, isPermanent }, { refusal: notFound, connectMs: 10 });
    await elapse(10);
    expect(server.connectedAt).toHaveLength(4);
    for (let i = 0; i < 3; i++) pool.retry();
    await elapse(5);
    pool.retry();
    await settle();
    expect(server.connectedAt).toHaveLength(5);
  });

  it('does not wait for the delay after a failure that passes either', async () => {
    const connectBackoff = { minMs: 20_000, maxMs: 20_000 };
    const { pool, server } = await fakePool({ minSize: 1, connectBackoff }, { refusal: new Error('refused') });
    server.behaviour.refusal = undefined;
    pool.retry();
    await settle();
    expect(pool.state.idle).toBe(1);
  });

  it('does nothing while nothing holds connecting back, nor once the pool is closed', async () => {
    const { pool, server, log } = await fakePool({ minSize: 1, isPermanent });
    const events = log.length;
    pool.retry();
    await settle();
    expect(log).toHaveLength(events);
    server.behaviour.refusal = notFound;
    server.kill({ id: 1 });
    await settle();
    await pool.close();
    const connects = server.connectedAt.length;
    pool.retry();
    await elapse(60_000);
    expect([server.connectedAt.length, pool.state.circuit]).toEqual([connects, 'open']);
  });
});
