import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I9 work on a connection that is lost on its way to the waiter does not begin, and nothing was sent', async () => {
  const down$ = new Subject<void>();
  const { pool } = await fakePool({ minSize: 1, maxSize: 1, down: () => down$ });
  pool.events$.subscribe((event) => {
    if (event.type === 'checkout' && event.waiter !== null) down$.next();
  });
  const lease = given(pool.tryCheckout());
  let begun = false;
  const used = pool.use(() => {
    begun = true;
    return [1];
  });
  lease.checkin();
  await expect(used).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST', data: { reason: 'down', sent: false } });
  expect(begun).toBe(false);
});
