import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1, checkoutTimeoutMs: 1000 };

it('I4 ten thousand timeouts at once are all told, and nothing is left', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const outcomes = Array.from({ length: 10_000 }, () => outcomeOf(pool.checkout()));
  expect(codeOf(outcomeOf(pool.checkout()).error)).toBe('POOL_OVERLOADED');
  expect(vi.getTimerCount()).toBeLessThan(5);
  await elapse(1000);
  expect(outcomes.every(({ error, errors }) => errors === 1 && codeOf(error) === 'POOL_CHECKOUT_TIMEOUT')).toBe(true);
  expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 10_001 });
  expect([...pool.state.waiters]).toEqual([]);
  lease.checkin();
  await expect(pool.use(() => 'still here')).resolves.toBe('still here');
  await pool.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('I4 and so are they when each is of another key', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const outcomes = Array.from({ length: 10_000 }, (_, i) => outcomeOf(pool.checkout({ key: `${i}` })));
  // Somebody looks at each state; none of them may cost as much as there are keys.
  listen(pool.state$, () => undefined);
  await elapse(1000);
  expect(outcomes.every(({ error, errors }) => errors === 1 && codeOf(error) === 'POOL_CHECKOUT_TIMEOUT')).toBe(true);
  expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 10_000 });
  lease.checkin();
  await expect(pool.use(() => 'still here', { key: '0' })).resolves.toBe('still here');
});

it('I4 and so are ten thousand that leave, from the back, from the front and in between', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const outcomes = Array.from({ length: 10_000 }, () => outcomeOf(pool.checkout()));
  const leaving = [...outcomes.slice(5000).reverse(), ...outcomes.slice(0, 2000), ...outcomes.slice(3000, 5000)];
  for (const outcome of leaving) outcome.leave();
  expect(pool.state).toMatchObject({ waiting: 1000, failedCheckouts: 0 });
  lease.checkin();
  expect(outcomes.findIndex(({ values }) => values === 1)).toBe(2000);
});

it('timeouts of many lengths each come in their time', async () => {
  const { pool } = await fakePool(one);
  given(pool.tryCheckout());
  const told: number[] = [];
  const lengths = Array.from({ length: 500 }, (_, i) => 1 + ((i * 37) % 500));
  for (const timeoutMs of lengths) {
    pool.checkout({ timeoutMs }).subscribe({ error: () => told.push(timeoutMs - performance.now()) });
  }
  const from = performance.now();
  await elapse(500);
  expect(told).toHaveLength(500);
  for (const early of told) expect(-early - from).toBeCloseTo(0, 6);
});

it('I12 waiters that are served leave no timers of their timeouts, however many lengths they had', async () => {
  const { pool } = await fakePool({ ...one, healthCheckIntervalMs: 0 });
  const before = vi.getTimerCount();
  const lease = given(pool.tryCheckout());
  const outcomes = Array.from({ length: 200 }, (_, i) => outcomeOf(pool.checkout({ timeoutMs: 1000 + i })));
  lease.checkin();
  for (const { value } of outcomes) value?.checkin();
  expect(pool.state).toMatchObject({ idle: 1, checkins: 201 });
  // Those of a few lengths are kept, for the next ones.
  expect(vi.getTimerCount()).toBeLessThanOrEqual(before + 16);
});
