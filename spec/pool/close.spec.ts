import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoolError } from '../../lib/index.ts';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('close()', () => {
  it('closes every connection once, and completes all streams', async () => {
    const { pool, server, log } = await fakePool({ minSize: 5 });
    const streams = [pool.state$, pool.events$, pool.metrics$].map((stream$) => outcomeOf<unknown>(stream$));
    await pool.close();
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 1, 1, 1, 1]);
    expect(streams.map(({ completions, errors }) => [completions, errors])).toEqual([[1, 0], [1, 0], [1, 0]]); // prettier-ignore
    expect(log.at(-1)).toMatchObject({ type: 'closed' });
    expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
  });

  it('I12 leaves no timer', async () => {
    const { pool } = await fakePool({ minSize: 5, maxSize: 5 });
    for (let i = 0; i < 5; i++) given(pool.tryCheckout());
    const waiters = [10, 20, Infinity].map((timeoutMs) => outcomeOf(pool.checkout({ timeoutMs })));
    collect(pool.metrics$);
    const closed = pool.close({ timeoutMs: 1000 });
    await elapse(1000);
    await closed;
    expect(waiters.map(({ error }) => codeOf(error))).toEqual(Array(3).fill('POOL_CLOSED'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('I12 refuses who waits at once, and who comes later', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, name: 'tools' });
    given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    void pool.close();
    expect(waiter.error).toBeInstanceOf(PoolError);
    expect(waiter.error).toMatchObject({ code: 'POOL_CLOSED', data: { name: 'tools' } });
    expect(codeOf(outcomeOf(pool.checkout()).error)).toBe('POOL_CLOSED');
    expect(pool.tryCheckout()).toBeUndefined();
    await expect(pool.use(() => [1])).rejects.toMatchObject({ code: 'POOL_CLOSED' });
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });

  it('waits for leases to come back, whom it asks to hurry', async () => {
    const { pool, server } = await fakePool({ minSize: 2, maxSize: 2 });
    const [one, two] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
    const revocations = collect(one.revoked$);
    const closed = pool.close();
    await elapse(10_000);
    expect(revocations).toMatchObject([{ reason: 'draining' }]);
    expect(server.alive).toHaveLength(2);
    one.checkin();
    two.checkin();
    await closed;
    expect(server.alive).toHaveLength(0);
    expect(pool.state).toMatchObject({ phase: 'closed', checkins: 2, lost: 0 });
  });

  it('lets the work under way finish', async () => {
    const { pool } = await fakePool({ minSize: 1 });
    const use = pool.use(async ({ id }) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return id;
    });
    const closed = pool.close();
    await elapse(500);
    await expect(use).resolves.toBe(1);
    await closed;
  });

  it('closes leased connections by force when their time is up', async () => {
    const { pool, server } = await fakePool({ minSize: 2 });
    const lease = given(pool.tryCheckout());
    const use = pool.use(() => NEVER).catch(codeOf);
    const revocations = collect(lease.revoked$);
    const closed = pool.close({ timeoutMs: 2000 });
    await elapse(1999);
    expect(pool.state.phase).toBe('draining');
    await elapse(1);
    await closed;
    expect(await use).toBe('POOL_CONNECTION_LOST');
    expect(revocations.map(({ reason }) => reason)).toEqual(['draining', 'closed']);
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 1]);
    expect(pool.state).toMatchObject({ size: 0, lost: 2, checkouts: 2 });
    lease.checkin();
    expect(pool.metrics.invalidCheckins).toBe(1);
  });

  it('gives leases no time when timeoutMs is 0, and all the time there is when it is Infinity', async () => {
    const [hasty, patient] = [await fakePool({ minSize: 1 }), await fakePool({ minSize: 1 })];
    given(hasty.pool.tryCheckout());
    const lease = given(patient.pool.tryCheckout());
    void hasty.pool.close({ timeoutMs: 0 });
    void patient.pool.close({ timeoutMs: Infinity });
    await elapse(1);
    expect(hasty.pool.state.phase).toBe('closed');
    await elapse(10_000_000);
    expect(patient.pool.state.phase).toBe('draining');
    lease.checkin();
    await settle();
    expect(patient.pool.state.phase).toBe('closed');
  });

  it('gives the same promise to who calls it twice', async () => {
    const { pool, server } = await fakePool({ minSize: 2 });
    const first = pool.close();
    expect(pool.close()).toBe(first);
    await first;
    expect(pool.close()).toBe(first);
    await pool[Symbol.asyncDispose]();
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 1]);
  });

  it('resolves in the tick of the creation, having connected to nothing', async () => {
    const { pool, server, log } = newFakePool({ minSize: 5 });
    await pool.close();
    expect(log.map(({ type }) => type)).toEqual(['opened', 'drain', 'closed']);
    expect(server.connectedAt).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up what is connecting', async () => {
    const { pool, server } = await fakePool({ minSize: 3 }, { connectMs: 1000 });
    const ready = pool.ready();
    const waiter = outcomeOf(pool.checkout());
    await elapse(500);
    await pool.close();
    expect(server.connecting).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    await expect(ready).rejects.toMatchObject({ code: 'POOL_CLOSED' });
    expect(codeOf(waiter.error)).toBe('POOL_CLOSED');
    await elapse(5000);
    expect(server.connections).toEqual([]);
  });

  it('gives up backing off', async () => {
    const { pool } = await fakePool({ minSize: 3 }, { refusal: new Error('refused') });
    expect(pool.state.connectFailures).toBe(1);
    await pool.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([-1, NaN, 2 ** 31])('refuses a timeoutMs of %s and stays open', async (timeoutMs) => {
    const { pool } = await fakePool({ minSize: 1 });
    expect(() => pool.close({ timeoutMs })).toThrow(RangeError);
    expect(pool.state.phase).toBe('open');
  });
});
