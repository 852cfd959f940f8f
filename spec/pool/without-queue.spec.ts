import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('maxWaiting: 0', () => {
  it('lets in whoever a connect may still serve, up to maxSize', async () => {
    const { pool } = await fakePool({ minSize: 0, maxSize: 2, maxWaiting: 0 }, { connectMs: 20 });
    const waiters = Array.from({ length: 3 }, () => outcomeOf(pool.checkout()));
    await elapse(20);
    expect(waiters.map(({ values, error }) => (values === 1 ? 'leased' : codeOf(error)))).toEqual([
      'leased',
      'leased',
      'POOL_OVERLOADED',
    ]);
  });

  it('refuses whoever would have to wait for others', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxWaiting: 0 });
    outcomeOf(pool.checkout());
    expect(codeOf(outcomeOf(pool.checkout()).error)).toBe('POOL_OVERLOADED');
  });

  it('refuses while connecting is held back', async () => {
    const { pool } = await fakePool({ minSize: 0, maxSize: 2, maxWaiting: 0 }, { refusal: new Error('refused') });
    const first = outcomeOf(pool.checkout({ timeoutMs: 1000 }));
    await settle();
    expect(pool.state.circuit).toBe('open');
    first.leave();
    expect(codeOf(outcomeOf(pool.checkout()).error)).toBe('POOL_OVERLOADED');
  });
});
