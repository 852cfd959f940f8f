import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1, checkoutTimeoutMs: 100 };

/** The timers that are due by then fire now, as late as a loop that stood still has them fire. */
function stall(ms: number): void {
  const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + ms);
  vi.advanceTimersByTime(100);
  now.mockRestore();
}

it('I6 what came back while the event loop stood still serves who waits, though the time is up', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const waiter = outcomeOf(pool.checkout());
  stall(500);
  expect([waiter.values, waiter.errors]).toEqual([0, 0]);
  // What lay in the sockets is read in the same turn.
  lease.checkin();
  expect(waiter.values).toBe(1);
});

it('I4 one turn later whoever still waits is told', async () => {
  const { pool } = await fakePool(one);
  given(pool.tryCheckout());
  const waiter = outcomeOf(pool.checkout());
  stall(500);
  expect(waiter.errors).toBe(0);
  await elapse(1);
  expect(codeOf(waiter.error)).toBe('POOL_CHECKOUT_TIMEOUT');
});
