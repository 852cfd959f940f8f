import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { ForeignSignal } from '../support/foreign-signal.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const two = { name: 'tools', minSize: 2, maxSize: 2, checkoutTimeoutMs: 30 };

describe('what people log', () => {
  it('of a lease is plain, whatever the connection holds', async () => {
    const { pool } = await fakePool(two);
    const lease = given(pool.tryCheckout());
    expect(JSON.parse(JSON.stringify({ lease }))).toEqual({
      lease: { id: 1, connection: 1, status: 'held', since: 0, waitedMs: 0 },
    });
    expect(inspect(lease)).toMatch(/^Lease \{ id: 1, connection: 1, status: 'held'/);
  });

  it('of a state is what people look for, and not its bookkeeping', async () => {
    const { pool } = await fakePool(two);
    const shown = inspect(pool.state);
    expect(shown).toMatch(/^PoolState \{/);
    expect(shown).toMatch(/size: 2/);
    expect(shown).toMatch(/waiting: 0/);
    expect(shown).not.toMatch(/grownFrom|lowIdle/);
  });

  it('of a state can be cloned whole', async () => {
    const { pool } = await fakePool(two);
    expect(structuredClone(pool.state.toJSON())).toMatchObject({ name: 'tools', size: 2, waiting: 0 });
  });

  it('of an error begins with the name of the pool, and holds its message in JSON', async () => {
    const { pool } = await fakePool(two);
    given(pool.tryCheckout());
    given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    await elapse(30);
    const { message } = waiter.error as Error;
    expect(message).toMatch(/^tools: no connection within 30 ms/);
    expect(JSON.parse(JSON.stringify(waiter.error))).toMatchObject({ code: 'POOL_CHECKOUT_TIMEOUT', message });
  });

  it('of an error tells who asked, where leaks are looked for', async () => {
    const { pool } = await fakePool({ ...two, leakAfterMs: 1000 });
    given(pool.tryCheckout());
    given(pool.tryCheckout());
    const whoAsks = () => outcomeOf(pool.checkout());
    const waiter = whoAsks();
    await elapse(30);
    expect((waiter.error as Error).stack).toMatch(/^PoolError: tools: no connection[^\n]*\n[^]*whoAsks/);
  });
});

describe('a signal that is none of Node', () => {
  it('is heeded all the same', async () => {
    const { pool } = await fakePool({ ...two, checkoutTimeoutMs: 0 });
    given(pool.tryCheckout());
    given(pool.tryCheckout());
    const signal = new ForeignSignal();
    const use = pool.use(() => 1, { signal: signal.asSignal });
    signal.abort(new Error('enough'));
    await expect(use).rejects.toThrow('enough');
    expect(pool.state.waiting).toBe(0);
  });

  it('has to do what a signal does', async () => {
    const { pool } = await fakePool(two);
    for (const signal of [{}, { aborted: false }, 'signal']) {
      expect(() => pool.checkout({ signal: signal as AbortSignal })).toThrow('signal must be an AbortSignal');
    }
  });
});
