import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I4 everybody has left the queue before a pool is closed, though the first who is refused ends its last connection', async () => {
  const { pool, log } = await fakePool({ minSize: 1, maxSize: 1 });
  const lease = given(pool.tryCheckout());
  pool.checkout().subscribe({
    error: () => {
      lease.destroy();
    },
  });
  const second = outcomeOf(pool.checkout());
  await pool.close();
  expect(codeOf(second.error)).toBe('POOL_CLOSED');
  expect(pool.state).toMatchObject({ phase: 'closed', waiting: 0, failedCheckouts: 2 });
  expect(log.filter(({ type }) => type === 'leave')).toHaveLength(2);
  expect(log.at(-1)).toMatchObject({ type: 'closed' });
});
