import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutOptions } from '../../lib/index.ts';
import { Deliberate } from '../support/deliberate.ts';
import { errorOf } from '../support/error-of.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { quietBusyPool, quietPool } from '../support/quiet-pool.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';
import { inWorldOf } from '../support/world-of-seed.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('lease()', () => {
  it('resolves with a lease that is free, and takes it in the same tick', async () => {
    const pool = await quietPool();
    const promise = pool.lease();
    expect(promise).toBeInstanceOf(Promise);
    expect(pool.state.active).toBe(1);
    (await promise).checkin();
    expect(pool.state).toMatchObject({ idle: 1, checkouts: 1, checkins: 1 });
  });

  it('resolves when a connection comes back, first come first served', async () => {
    const { pool, lease } = await quietBusyPool();
    const served: number[] = [];
    const leases = [1, 2, 3].map(async (n) => {
      const own = await pool.lease();
      served.push(n);
      own.checkin();
    });
    expect(pool.state.waiting).toBe(3);
    lease.checkin();
    await Promise.all(leases);
    expect(served).toEqual([1, 2, 3]);
    expect(pool.state).toMatchObject({ idle: 1, checkouts: 4, checkins: 4, waiting: 0 });
  });

  it('has its lease from the tick of the checkin on, whenever it is looked at', async () => {
    const { pool, lease } = await quietBusyPool();
    const promise = pool.lease();
    lease.checkin();
    expect(pool.tryCheckout()).toBeUndefined();
    expect((await promise).connection).toBe(lease.connection);
  });

  it('checks in at the end of a block, also of one that throws', async () => {
    const pool = await quietPool();
    const work = async (): Promise<void> => {
      using lease = await pool.lease();
      expect(pool.state.active).toBe(lease.connection.id);
      throw new Deliberate();
    };
    expect(await rejectionOf(work())).toBeInstanceOf(Deliberate);
    using other = await pool.lease();
    expect(pool.state).toMatchObject({ active: 1, checkouts: 2, checkins: 1 });
    other.checkin();
    expect(pool.state).toMatchObject({ idle: 1, invalidCheckins: 0 });
  });
});

describe('lease() rejects', () => {
  it('with POOL_CHECKOUT_TIMEOUT', async () => {
    const { pool } = await quietBusyPool();
    const rejection = rejectionOf(pool.lease({ timeoutMs: 20 }));
    await elapse(20);
    expect(await rejection).toMatchObject({ code: 'POOL_CHECKOUT_TIMEOUT', data: { waitedMs: 20, timeoutMs: 20 } });
    expect(pool.state).toMatchObject({ waiting: 0, timeouts: 1, failedCheckouts: 1 });
  });

  it('with POOL_OVERLOADED', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxWaiting: 0 });
    given(pool.tryCheckout());
    expect(await rejectionOf(pool.lease())).toMatchObject({ code: 'POOL_OVERLOADED' });
  });

  it('with POOL_CLOSED, of a closed pool and of one that is closed meanwhile', async () => {
    const { pool } = await quietBusyPool();
    const waiting = rejectionOf(pool.lease());
    void pool.close({ timeoutMs: 0 });
    expect(await waiting).toMatchObject({ code: 'POOL_CLOSED' });
    expect(await rejectionOf(pool.lease())).toMatchObject({ code: 'POOL_CLOSED' });
    await elapse(1);
    expect(await rejectionOf(pool.lease())).toMatchObject({ code: 'POOL_CLOSED' });
    expect(pool.metrics.failedCheckouts).toBe(3);
  });

  it('with POOL_CONNECT_FAILED', async () => {
    const { pool, server } = await fakePool({ minSize: 0, maxSize: 1, isPermanent: () => true });
    server.behaviour.refusal = new Deliberate();
    expect(await rejectionOf(pool.lease())).toMatchObject({ code: 'POOL_CONNECT_FAILED' });
  });

  it('with the reason of a signal that was aborted before, and takes nothing', async () => {
    const pool = await quietPool();
    expect(await rejectionOf(pool.lease({ signal: AbortSignal.abort('no more') }))).toBe('no more');
    expect(pool.state).toMatchObject({ idle: 1, checkouts: 0 });
  });

  it('not for a signal that is aborted once the lease is there', async () => {
    const { pool, lease } = await quietBusyPool();
    const abort = new AbortController();
    const promise = pool.lease({ signal: abort.signal });
    lease.checkin();
    abort.abort();
    expect((await promise).signal.aborted).toBe(false);
    expect(pool.state.active).toBe(1);
  });

  it('and nothing else is rejected, nor thrown: what nobody catches is one rejection', async () => {
    const reported = await inWorldOf(1, async () => {
      const { pool } = await quietBusyPool();
      void pool.lease({ timeoutMs: 20 });
      const caught = rejectionOf(pool.lease({ timeoutMs: 10 }));
      await elapse(20);
      await caught;
      await new Promise(setImmediate);
    });
    expect(reported).toHaveLength(1);
  });
});

describe('lease() throws', () => {
  const invalid: readonly (readonly [unknown, new () => Error])[] = [
    [{ timeoutMs: -1 }, RangeError],
    [{ timeoutMs: NaN }, RangeError],
    [{ timeoutMs: 2 ** 31 }, RangeError],
    [{ timeoutMs: '5' }, TypeError],
    [{ priority: Infinity }, RangeError],
    [{ priority: 'high' }, RangeError],
    [{ key: 1 }, TypeError],
    [{ signal: {} }, TypeError],
    [null, TypeError],
    ['fast', TypeError],
  ];

  it.each(invalid)('at once for the options %j, as checkout() and tryCheckout() do', async (options, kind) => {
    const pool = await quietPool();
    const error = errorOf(() => pool.lease(options as CheckoutOptions));
    expect(error).toBeInstanceOf(kind);
    expect(errorOf(() => pool.checkout(options as CheckoutOptions))).toEqual(error);
    expect(errorOf(() => pool.tryCheckout(options as CheckoutOptions))).toEqual(error);
    expect(pool.state).toMatchObject({ idle: 1, checkouts: 0 });
  });
});

it('I5 a lease that nobody awaits any more is out all the same', async () => {
  const { pool, lease } = await quietBusyPool();
  const isSettled = watchPromise(pool.lease());
  lease.checkin();
  await settle();
  expect(isSettled()).toBe(true);
  expect(pool.state).toMatchObject({ active: 1, waiting: 0 });
});
