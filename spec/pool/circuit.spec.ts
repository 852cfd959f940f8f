import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const refused = new Error('connect ECONNREFUSED');
const slowly = { connectBackoff: { minMs: 1000, maxMs: 8000 } };

describe('the circuit of connecting', () => {
  it('opens at a failure, is half open for one attempt, and closes when that succeeds', async () => {
    const { pool, server, log } = await fakePool({ minSize: 3, ...slowly }, { refusal: refused });
    expect(pool.state).toMatchObject({ circuit: 'open', connectFailures: 1, size: 0 });
    expect(pool.state.retryAt).toBeGreaterThan(performance.now());
    server.behaviour.connectMs = 10;
    await elapse(Math.ceil(pool.state.retryAt - performance.now()));
    expect(pool.state).toMatchObject({ circuit: 'halfOpen', connecting: 1, retryAt: 0 });
    server.behaviour.refusal = undefined;
    await elapse(30);
    expect(pool.state).toMatchObject({ circuit: 'closed', idle: 3 });
    const circuits = log.flatMap((event) => (event.type === 'circuit' ? [event.circuit] : []));
    expect(circuits).toEqual(['open', 'halfOpen', 'closed']);
  });

  it('lets at most a handful of connects through in the first second, however many wait', async () => {
    const { pool, server } = await fakePool({ minSize: 0 }, { refusal: refused });
    const waiters = Array.from({ length: 100 }, () => outcomeOf(pool.checkout({ timeoutMs: 900 })));
    await elapse(1000);
    expect(server.connectedAt.length).toBeLessThan(10);
    for (const { error } of waiters) {
      expect(codeOf(error)).toMatch(/POOL_CHECKOUT_TIMEOUT|POOL_CONNECT_FAILED/);
      expect((error as Error).cause).toBe(refused);
    }
  });

  it('does not keep held connections from serving', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 2, ...slowly });
    server.behaviour.refusal = refused;
    const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    await settle();
    expect(pool.state.circuit).toBe('open');
    first.value?.checkin();
    expect(second.values).toBe(1);
  });

  it('opens for a server that dies as soon as it is up, and tells why', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, ...slowly });
    const exited = new Error('exited with code 1');
    for (const id of [1, 2]) {
      server.kill({ id }, exited);
      await settle();
    }
    expect(pool.state).toMatchObject({ circuit: 'open', size: 0 });
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 1 }));
    await settle();
    expect(waiter.error).toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      message: expect.stringMatching(
        /^pool: connections die as soon as they are up: exited with code 1; next try in \d+ ms$/,
      ) as string,
      cause: exited,
    });
  });
});

describe('a permanent failure to connect', () => {
  const notFound = new Error('command not found');
  const isPermanent = (error: unknown) => error === notFound;

  it('is told to all who wait, for ever too, and to all who come', async () => {
    const { pool, server } = await fakePool({ minSize: 0, isPermanent }, { refusal: notFound, connectMs: 5 });
    const waiters = [0, 60_000].map((timeoutMs) => outcomeOf(pool.checkout({ timeoutMs })));
    await elapse(5);
    waiters.push(outcomeOf(pool.checkout()));
    await settle();
    for (const { error } of waiters) expect(error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: notFound });
    expect(pool.state.waiting).toBe(0);
    await elapse(10_000);
    expect(server.connectedAt).toHaveLength(2);
  });

  it('makes ready() reject with the cause', async () => {
    const { pool } = await fakePool({ minSize: 2, isPermanent }, { refusal: notFound });
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: notFound });
  });

  it('is tried again after half a minute at the latest, and may be over by then', async () => {
    const { pool, server } = await fakePool({ minSize: 1, isPermanent }, { refusal: notFound });
    server.behaviour.refusal = undefined;
    await elapse(14_999);
    expect(pool.state.size).toBe(0);
    await elapse(15_001);
    expect(pool.state).toMatchObject({ idle: 1, circuit: 'closed' });
  });

  it('does not keep waiters from what is up', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 3, isPermanent });
    server.behaviour.refusal = notFound;
    const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    await elapse(100);
    expect(second.errors).toBe(0);
    first.value?.checkin();
    expect(second.values).toBe(1);
  });
});
