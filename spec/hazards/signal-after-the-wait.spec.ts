import { of, timer } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

it.each([false, true])('the signal of a checkout has no say in the work, waited: %s', async (waits) => {
  const { pool } = await fakePool(one);
  const lease = waits ? given(pool.tryCheckout()) : undefined;
  const abort = new AbortController();
  const checkout = () => ({ signal: abort.signal });
  const outcome = outcomeOf(of('request').pipe(withConnection(pool, () => timer(50), { checkout })));
  lease?.checkin();
  abort.abort();
  expect(pool.state.active).toBe(1);
  await elapse(51);
  expect(outcome).toMatchObject({ value: 0, errors: 0, completions: 1 });
});

it.each([false, true])('a caller who gives up blames no connection, waited: %s', async (waits) => {
  const { pool } = await fakePool(one);
  const lease = waits ? given(pool.tryCheckout()) : undefined;
  const abort = new AbortController();
  const used = pool.use(() => timer(50), { signal: abort.signal });
  lease?.checkin();
  const reason = new DOMException('took too long', 'TimeoutError');
  abort.abort(reason);
  await expect(used).rejects.toBe(reason);
  expect(pool.state).toMatchObject({ idle: 1, unhealthy: 0, healthCheckFailures: 0 });
});
