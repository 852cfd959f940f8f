import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I6 whoever waits gets a connection whose notices() throws, and I12 nothing of it is left', async () => {
  const notices = (): never => {
    throw new Error('no notices');
  };
  const { pool } = await fakePool({ minSize: 0, maxSize: 1, notices });
  const outcome = outcomeOf(pool.checkout());
  await settle();
  expect(outcome.values).toBe(1);
  outcome.value?.checkin();
  await pool.close();
  expect(vi.getTimerCount()).toBe(0);
});
