import { NEVER } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

it('I20 a close that hangs holds its place for closeTimeoutMs, which is well below checkoutTimeoutMs', async () => {
  const { pool } = await fakePool({ ...one, close: () => NEVER });
  const lease = given(pool.tryCheckout());
  const waiter = outcomeOf(pool.checkout());
  lease.destroy('broken');
  await elapse(1000);
  expect(pool.why({ waiter: 1 })?.because).toBe('nothing is up, and 1 is being closed');
  await elapse(1000);
  expect(waiter.values).toBe(1);
});

it('I20 those that are being closed stand in the account of whoever waits in vain', async () => {
  const { pool } = await fakePool({ minSize: 2, maxSize: 2, close: () => NEVER, closeTimeoutMs: 10_000 });
  const [lease] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
  const waiter = outcomeOf(pool.checkout({ timeoutMs: 100 }));
  lease.destroy();
  await elapse(100);
  expect(waiter.error).toMatchObject({
    data: { closing: 1 },
    message:
      'pool: no connection within 100 ms (waiting): every connection is in use, and 1 is being closed; ' +
      '1 of 2 in use (at most 2), 0 connecting, 1 being closed, 1 waiting',
  });
});
