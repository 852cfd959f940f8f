import { first } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I8 a resize closes no more than it has to when an observer gives connections back meanwhile', async () => {
  const { pool, log } = await fakePool({ minSize: 0, maxSize: 6 });
  pool.resize(6);
  await settle();
  const leases = [given(pool.tryCheckout()), given(pool.tryCheckout())];
  listen(pool.events$, ({ type }) => {
    if (type === 'retire') leases.pop()?.checkin();
  });
  pool.resize(3);
  await settle();
  expect(log.filter(({ type }) => type === 'retire')).toHaveLength(3);
  expect(pool.state).toMatchObject({ size: 3, idle: 3 });
});

it('I8 an idle connection that an observer leases meanwhile is kept', async () => {
  const { pool } = await fakePool({ minSize: 0, maxSize: 3, idleTimeoutMs: 100 });
  const outcomes = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
  await settle();
  for (const { value } of outcomes) value?.checkin();
  expect(pool.state).toMatchObject({ idle: 3, floor: 0 });
  listen(pool.events$.pipe(first(({ type }) => type === 'retire')), () => given(pool.tryCheckout()));
  await elapse(300);
  expect(pool.state).toMatchObject({ active: 1, closing: 0, size: 1 });
});
