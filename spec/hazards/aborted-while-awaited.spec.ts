import { afterEach, beforeEach, expect, it } from 'vitest';
import { outcomeOf } from '../support/outcome.ts';
import { quietBusyPool } from '../support/quiet-pool.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I5 a lease() that is aborted while it waits leaves the queue, and no lease goes to nobody', async () => {
  const { pool, lease } = await quietBusyPool();
  const abort = new AbortController();
  const rejection = rejectionOf(pool.lease({ signal: abort.signal }));
  expect(pool.state.waiting).toBe(1);
  abort.abort('no more');
  expect(await rejection).toBe('no more');
  expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 0 });
  lease.checkin();
  expect(pool.state).toMatchObject({ idle: 1, active: 0, checkouts: 1 });
});

it('I5 and the next one in the queue gets what it would have got', async () => {
  const { pool, lease } = await quietBusyPool();
  const abort = new AbortController();
  const rejection = rejectionOf(pool.lease({ signal: abort.signal }));
  const next = outcomeOf(pool.checkout());
  abort.abort('no more');
  await rejection;
  lease.checkin();
  expect(next).toMatchObject({ values: 1, completions: 1 });
  await settle();
  expect(pool.state).toMatchObject({ active: 1, waiting: 0, checkouts: 2 });
});
