import { EMPTY, NEVER, Subject, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const isOver = async (promise: Promise<void>): Promise<boolean> => {
  let over = false;
  void promise.then(() => (over = true));
  await settle();
  return over;
};

describe('close() resolves', () => {
  it('when the last leased connection dies by itself', async () => {
    const { pool, server } = await fakePool({ minSize: 1 });
    const lease = given(pool.tryCheckout());
    const closed = pool.close();
    server.kill(lease.connection);
    expect(await isOver(closed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('when several young connections die while it drains, with no back-off left', async () => {
    const { pool, server } = await fakePool({ minSize: 3 });
    const leases = [1, 2, 3].map(() => given(pool.tryCheckout()));
    const closed = pool.close();
    for (const { connection } of leases) server.kill(connection);
    expect(await isOver(closed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('when it is called from an observer of the drain', async () => {
    const { pool } = await fakePool({ minSize: 2 });
    const promises: Promise<void>[] = [];
    listen(pool.events$, ({ type }) => {
      if (type === 'drain') promises.push(pool.close());
    });
    promises.push(pool.close());
    for (const promise of promises) expect(await isOver(promise)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('when who was refused calls it, too', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    const lease = given(pool.tryCheckout());
    const promises: Promise<void>[] = [];
    pool.checkout().subscribe({ error: () => promises.push(pool.close()) });
    listen(lease.revoked$, () => promises.push(pool.close()));
    promises.push(pool.close());
    lease.checkin();
    expect(promises).toHaveLength(3);
    for (const promise of promises) expect(await isOver(promise)).toBe(true);
  });

  it('when a connection takes for ever to close, after closeTimeoutMs', async () => {
    const { pool } = await fakePool({ minSize: 2, closeTimeoutMs: 700 }, { closeMs: Infinity });
    const closed = pool.close();
    await elapse(699);
    expect(await isOver(closed)).toBe(false);
    await elapse(1);
    expect(await isOver(closed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('when closing throws, rejects or gives something odd', async () => {
    const ways = [
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')),
      () => true as never,
      () => null as never,
      () => EMPTY,
    ];
    for (const close of ways) {
      const { pool } = await fakePool({ minSize: 1, close });
      expect(await isOver(pool.close())).toBe(true);
    }
  });

  it('I12 not before a connection that died is closed', async () => {
    const death$ = new Subject();
    const closing$ = new Subject();
    const options = { minSize: 1, connect: () => of({}), down: () => death$, close: () => closing$ };
    const pool = createPool({ ...options, maxConnecting: 1 });
    await pool.ready();
    death$.next(undefined);
    const closed = pool.close();
    expect(await isOver(closed)).toBe(false);
    closing$.complete();
    expect(await isOver(closed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('I12 when a check, a warming and a connect never end', async () => {
    const { pool, server } = await fakePool({ minSize: 2, healthCheckTimeoutMs: 0, maxConnecting: 1 });
    for (const connection of server.connections) connection.health = 'silent';
    await elapse(5000);
    server.behaviour.connectMs = Infinity;
    const waiters = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
    await settle();
    for (const { value } of waiters) value?.checkin();
    await pool.close();
    expect(vi.getTimerCount()).toBe(0);
    const warming = await fakePool({ minSize: 2, warm: () => NEVER });
    await warming.pool.close();
    expect(warming.server.connections.map(({ closes }) => closes)).toEqual([1, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
