import { map, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Strategy } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** Whoever has a key is bound to the connection on the slot of that number. */
const pinned: Strategy = map(({ next, connections }) =>
  next?.key === undefined ? connections.nextAvailable(0) : connections.get(Number(next.key)),
);

describe('I6 when the first in the queue leaves, the next one is served if it can be', () => {
  const options = { minSize: 2, maxSize: 2, strategy: pinned };

  it('by unsubscribing', async () => {
    const { pool } = await fakePool(options);
    given(pool.tryCheckout({ key: '0' }));
    const [bound, free] = [outcomeOf(pool.checkout({ key: '0' })), outcomeOf(pool.checkout())];
    expect([bound.values, free.values]).toEqual([0, 0]);
    bound.leave();
    expect(free.values).toBe(1);
  });

  it('by its timeout', async () => {
    const { pool } = await fakePool(options);
    given(pool.tryCheckout({ key: '0' }));
    const [bound, free] = [outcomeOf(pool.checkout({ key: '0', timeoutMs: 100 })), outcomeOf(pool.checkout())];
    await elapse(100);
    expect([bound.errors, free.values]).toEqual([1, 1]);
  });

  it('by its signal', async () => {
    const { pool } = await fakePool(options);
    given(pool.tryCheckout({ key: '0' }));
    const abort = new AbortController();
    outcomeOf(pool.checkout({ key: '0', signal: abort.signal }));
    const free = outcomeOf(pool.checkout());
    abort.abort();
    expect(free.values).toBe(1);
  });
});

describe('a strategy that fails', () => {
  it('is asked again for the next choice, and the failure is counted', async () => {
    // Called once more by createPool, to see that it is an operator.
    let failures = 3;
    const strategy: Strategy = (states$) =>
      failures-- > 0
        ? throwError(() => new Error('no idea'))
        : states$.pipe(map(({ connections }) => connections.nextAvailable(0)));
    const { pool, log } = await fakePool({ minSize: 2, maxSize: 2, strategy });
    expect(pool.tryCheckout()).toBeUndefined();
    expect(pool.tryCheckout()).toBeUndefined();
    given(pool.tryCheckout());
    expect(pool.state.strategyFailures).toBe(2);
    expect(log.filter(({ type }) => type === 'strategyFailed')).toHaveLength(2);
  });

  it('always, lets who asks time out and the pool close', async () => {
    const strategy: Strategy = () => throwError(() => new Error('no idea'));
    const { pool } = await fakePool({ minSize: 2, maxSize: 2, strategy, checkoutTimeoutMs: 100 });
    const waiter = outcomeOf(pool.checkout());
    await elapse(100);
    expect(waiter.errors).toBe(1);
    await pool.close();
  });
});
