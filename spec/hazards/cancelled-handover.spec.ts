import { take } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

it('I5 a waiter that leaves in the tick of its lease passes it on to the next one', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
  listen(pool.events$.pipe(take(2)), ({ type }) => {
    if (type === 'checkout') first.leave();
  });
  lease.checkin();
  expect([first.values, second.values]).toEqual([0, 1]);
  expect(pool.state).toMatchObject({ active: 1, waiting: 0, checkouts: 3, checkins: 2 });
});

it('I5 or back to idle when there is none', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const first = outcomeOf(pool.checkout());
  listen(pool.events$, ({ type }) => {
    if (type === 'checkout') first.leave();
  });
  lease.checkin();
  expect(first.values).toBe(0);
  expect(pool.state).toMatchObject({ idle: 1, active: 0 });
  given(pool.tryCheckout());
});

it('I5 also when it leaves through its signal', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const abort = new AbortController();
  const [first, second] = [outcomeOf(pool.checkout({ signal: abort.signal })), outcomeOf(pool.checkout())];
  listen(pool.events$.pipe(take(2)), ({ type }) => {
    if (type === 'checkout') abort.abort();
  });
  lease.checkin();
  expect([first.values, first.errors, second.values]).toEqual([0, 1, 1]);
});

it('I5 also when it is served and aborted while it still subscribes', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const abort = new AbortController();
  listen(pool.events$, ({ type }) => {
    if (type === 'wait') lease.checkin();
    if (type === 'checkout') abort.abort();
  });
  const outcome = outcomeOf(pool.checkout({ signal: abort.signal }));
  expect([outcome.values, outcome.errors]).toEqual([0, 1]);
  expect(pool.state).toMatchObject({ idle: 1, active: 0 });
});

it('I5 one whose first value is enough keeps its lease', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const first = outcomeOf(pool.checkout().pipe(take(1)));
  lease.checkin();
  expect(first).toMatchObject({ values: 1, completions: 1 });
  expect(pool.state).toMatchObject({ active: 1, checkins: 1 });
});

it('I5 one that leaves on learning that it waits is not served', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const subscription = pool.checkout().subscribe({ error: () => undefined });
  subscription.unsubscribe();
  const second = outcomeOf(pool.checkout());
  lease.checkin();
  expect(second.values).toBe(1);
});

it('I4 a lease and a timeout in the same tick are one of the two', async () => {
  const { pool } = await fakePool({ ...one, checkoutTimeoutMs: 100 });
  const lease = given(pool.tryCheckout());
  const all = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
  listen(pool.events$, ({ type }) => {
    if (type === 'leave') lease[Symbol.dispose]();
  });
  await elapse(100);
  expect(all.map(({ values, errors }) => values + errors)).toEqual([1, 1, 1]);
  const served = all.filter(({ values }) => values === 1);
  expect(served).toHaveLength(1);
  for (const outcome of served) valueOf(outcome).checkin();
  expect(pool.state).toMatchObject({ idle: 1, waiting: 0, failedCheckouts: 2 });
});

it('I4 a waiter that takes another one with it', async () => {
  const { pool } = await fakePool({ ...one, checkoutTimeoutMs: 100 });
  given(pool.tryCheckout());
  const second = outcomeOf(pool.checkout());
  pool.checkout().subscribe({
    error: () => {
      second.leave();
    },
  });
  const last = outcomeOf(pool.checkout());
  await elapse(100);
  expect(second.values + second.errors).toBe(1);
  expect(last.errors).toBe(1);
  expect(pool.state.waiting).toBe(0);
});
