import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckoutOptions } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };
const reason = new Error('changed my mind');

describe('a signal', () => {
  it('refuses a checkout when it is aborted beforehand', async () => {
    const { pool } = await fakePool(one);
    const signal = AbortSignal.abort(reason);
    expect(outcomeOf(pool.checkout({ signal }))).toMatchObject({ error: reason, errors: 1, values: 0 });
    expect(pool.tryCheckout({ signal })).toBeUndefined();
    expect(pool.state).toMatchObject({ idle: 1, waiting: 0, checkouts: 0, failedCheckouts: 0 });
  });

  it('takes a waiter out of the queue', async () => {
    const { pool } = await fakePool(one);
    const lease = given(pool.tryCheckout());
    const abort = new AbortController();
    const waiter = outcomeOf(pool.checkout({ signal: abort.signal }));
    abort.abort(reason);
    expect(waiter).toMatchObject({ error: reason, errors: 1, values: 0 });
    expect(pool.state.waiting).toBe(0);
    lease.checkin();
    expect(pool.state).toMatchObject({ idle: 1, failedCheckouts: 0 });
  });

  it('has no say once the lease is there', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const outcome = outcomeOf(pool.checkout({ signal: abort.signal }));
    abort.abort(reason);
    expect(outcome.errors).toBe(0);
    expect(pool.state.active).toBe(1);
    valueOf(outcome).checkin();
    expect(pool.state.idle).toBe(1);
  });

  it('takes out a waiter that is aborted by whoever observes that it waits', async () => {
    const { pool } = await fakePool(one);
    given(pool.tryCheckout());
    const abort = new AbortController();
    listen(pool.events$, ({ type }) => {
      if (type === 'wait') abort.abort(reason);
    });
    const waiter = outcomeOf(pool.checkout({ signal: abort.signal }));
    expect(waiter).toMatchObject({ error: reason, errors: 1 });
    expect(pool.state.waiting).toBe(0);
  });

  it('keeps no listener after the wait', async () => {
    const { pool } = await fakePool(one);
    const lease = given(pool.tryCheckout());
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const waiter = outcomeOf(pool.checkout({ signal }));
    lease.checkin();
    valueOf(waiter).checkin();
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls.map(([type, listener]) => [type, listener])).toEqual([added.mock.calls[0]?.slice(0, 2)]);
  });

  it('ends a use() and gives its connection back', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const use = pool.use(() => NEVER, { signal: abort.signal });
    expect(pool.state.active).toBe(1);
    abort.abort(reason);
    await expect(use).rejects.toBe(reason);
    expect(pool.state).toMatchObject({ active: 0, idle: 1 });
  });

  it('ends a use() that aborts itself', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const work = () => {
      abort.abort(reason);
      return NEVER;
    };
    await expect(pool.use(work, { signal: abort.signal })).rejects.toBe(reason);
    expect(pool.state.idle).toBe(1);
  });
});

describe('options of a checkout that make no sense', () => {
  it.each<CheckoutOptions>([{ timeoutMs: -1 }, { timeoutMs: NaN }, { timeoutMs: 2 ** 31 }, { priority: NaN }])(
    'throw a RangeError at the call: %j',
    async (options) => {
      const { pool } = await fakePool(one);
      expect(() => pool.checkout(options)).toThrow(RangeError);
      expect(() => pool.tryCheckout(options)).toThrow(RangeError);
    },
  );

  it.each([{ key: 5 }, { signal: {} }, { timeoutMs: '5' }])('throw a TypeError at the call: %j', async (options) => {
    const { pool } = await fakePool(one);
    expect(() => pool.checkout(options as unknown as CheckoutOptions)).toThrow(TypeError);
  });
});
