import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I12 refuses all who wait though the first to be told checks a lease in', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
  const lease = given(pool.tryCheckout());
  const checkin = () => {
    lease.checkin();
  };
  pool.checkout().subscribe({ error: checkin });
  const second = outcomeOf(pool.checkout());
  await pool.close();
  expect(second).toMatchObject({ values: 0, errors: 1 });
  expect(codeOf(second.error)).toBe('POOL_CLOSED');
  expect(pool.state).toMatchObject({ checkouts: 1, failedCheckouts: 2 });
});

it('I12 refuses all who wait though an observer of the drain checks a lease in', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
  const lease = given(pool.tryCheckout());
  listen(pool.events$, ({ type }) => {
    if (type === 'drain') lease.checkin();
  });
  const waiter = outcomeOf(pool.checkout());
  await pool.close();
  expect(waiter).toMatchObject({ values: 0, errors: 1 });
  expect(codeOf(waiter.error)).toBe('POOL_CLOSED');
});
