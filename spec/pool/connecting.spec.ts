import { EMPTY, NEVER, concat, of, throwError, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeConnection } from '../support/fake-server.ts';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const refusal = new Error('connection refused');

describe('a connect that fails', () => {
  it('is tried again, ever more rarely, and seldom in all', async () => {
    const { server } = await fakePool({ minSize: 5 }, { refusal });
    await elapse(1000);
    expect(server.connectedAt.length).toBeLessThanOrEqual(12);
    await elapse(9 * 60_000);
    const before = server.connectedAt.length;
    await elapse(10 * 60_000);
    expect(server.connectedAt.length - before).toBeGreaterThan(10);
    expect(server.connectedAt.length - before).toBeLessThan(120);
  });

  it('is over as soon as the server is back', async () => {
    const { pool, server } = await fakePool({ minSize: 5 }, { refusal });
    await elapse(20_000);
    server.behaviour.refusal = undefined;
    await elapse(30_000);
    expect(pool.state).toMatchObject({ idle: 5, connectFailures: 0 });
  });

  it('is told as the cause at once to who cannot wait for the next attempt', async () => {
    const { pool, server } = await fakePool({ minSize: 1, connectBackoff: { minMs: 30_000 } }, { refusal });
    expect(server.connectedAt).toHaveLength(1);
    const outcome = outcomeOf(pool.checkout({ timeoutMs: 1 }));
    await settle();
    expect(outcome.error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: refusal, data: { failures: 1 } });
    expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 1 });
  });

  it('is told at once to who waited for it', async () => {
    const { pool } = await fakePool({ minSize: 0, connectBackoff: { minMs: 20_000 } }, { refusal, connectMs: 50 });
    const [patient, hasty] = [{ timeoutMs: Infinity }, { timeoutMs: 51 }].map((o) => outcomeOf(pool.checkout(o)));
    await elapse(50);
    expect(codeOf(hasty?.error)).toBe('POOL_CONNECT_FAILED');
    expect(patient?.errors).toBe(0);
  });

  it('is the cause of a timeout that comes later', async () => {
    const { pool } = await fakePool(
      { minSize: 0, checkoutTimeoutMs: 400, connectBackoff: { maxMs: 100 } },
      { refusal },
    );
    const outcome = outcomeOf(pool.checkout());
    await elapse(400);
    expect(outcome.error).toMatchObject({ cause: refusal });
    expect((outcome.error as Error).message).toContain('connection refused');
  });

  it('leaves the connections that are up at work', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 3 });
    server.behaviour.refusal = refusal;
    const lease = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    await elapse(1000);
    expect(pool.state.connectFailures).toBeGreaterThan(0);
    lease.checkin();
    expect(waiter.values).toBe(1);
  });

  it.each([
    ['it is empty', () => EMPTY],
    ['it throws', () => { throw new Error('odd'); }], // prettier-ignore
    ['it rejects', () => Promise.reject(new Error('odd'))],
    ['it gives no observable', () => ({ socket: true }) as never],
    ['it gives nothing', () => undefined as never],
  ])('fails when %s', async (_, connect) => {
    const { pool, log } = await fakePool({ minSize: 1, connect });
    await settle();
    expect(log.filter(({ type }) => type === 'connectFailed')).toHaveLength(1);
    expect(pool.state).toMatchObject({ size: 0, connectFailures: 1 });
    await pool.close();
  });

  it('fails after connectTimeoutMs, and gives up', async () => {
    const { pool, server, log } = await fakePool({ minSize: 1, connectTimeoutMs: 700 }, { connectMs: Infinity });
    await elapse(699);
    expect(server.connecting).toBe(1);
    await elapse(1);
    expect(server.connecting).toBe(0);
    expect(log.find(({ type }) => type === 'connectFailed')).toMatchObject({
      error: 'connecting took longer than 700 ms',
    });
    expect(pool.state.size).toBe(0);
  });

  it('fails after connectTimeoutMs when the warming takes too long, and closes what it had', async () => {
    const { server } = await fakePool({ minSize: 1, connectTimeoutMs: 700, warm: () => NEVER });
    await elapse(700);
    expect(server.connections.map(({ closes }) => closes)).toEqual([1]);
  });
});

describe('a connect', () => {
  it('is not undone by the completion of its stream, but is by its error', async () => {
    const lasting = await fakePool({ minSize: 1, connect: () => of({} as FakeConnection), down: () => NEVER });
    await elapse(1000);
    expect(lasting.pool.state.idle).toBe(1);
    const connect = () => concat(of({}), timer(2000), throwError(() => new Error('reset'))); // prettier-ignore
    const { log } = await fakePool({ minSize: 1, connect: connect as never, down: () => NEVER });
    await elapse(2000);
    expect(log.find(({ type }) => type === 'down')).toMatchObject({ error: 'reset', connection: 1 });
  });

  it('I8 is made for each who waits, no more than maxConnecting at a time and maxSize in all', async () => {
    const options = { minSize: 0, maxSize: 6, maxConnecting: 2 };
    const { pool, server } = await fakePool(options, { connectMs: 100 });
    const outcomes = Array.from({ length: 9 }, () => outcomeOf(pool.checkout()));
    await elapse(1000);
    expect(server.mostConnecting).toBe(2);
    expect(pool.state).toMatchObject({ size: 6, active: 6, waiting: 3 });
    for (const outcome of outcomes) valueOf(outcome).checkin();
    expect(server.connections).toHaveLength(6);
  });

  it('I10 goes to the next one when the waiter that caused it leaves', async () => {
    const { pool } = await fakePool({ minSize: 0, maxSize: 1 }, { connectMs: 100 });
    const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    await settle();
    first.leave();
    await elapse(100);
    valueOf(second).checkin();
    expect(pool.state).toMatchObject({ idle: 1, checkouts: 1 });
  });

  it('I11 is not waited for when a connection comes back first', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 2 });
    const lease = given(pool.tryCheckout());
    const { server } = await fakePool();
    server.behaviour.connectMs = 100;
    const waiter = outcomeOf(pool.checkout());
    lease.checkin();
    expect(valueOf(waiter).connection).toBe(lease.connection);
  });
});
