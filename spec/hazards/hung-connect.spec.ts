import { NEVER, timer } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool } from '../../lib/index.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I6 a connect that takes several times what connects usually take is no help for the queue', async () => {
  let connects = 0;
  const pool = createPool({
    connect: () => (++connects === 2 ? NEVER : timer(50)),
    minSize: 1,
    maxSize: 3,
    checkoutTimeoutMs: 5000,
  });
  await elapse(50);
  // Whoever has the first connection keeps it.
  outcomeOf(pool.checkout());
  const waiter = outcomeOf(pool.checkout());
  await elapse(150);
  expect([connects, waiter.values]).toEqual([2, 0]);
  await elapse(150);
  expect([connects, waiter.values]).toEqual([3, 1]);
  void pool.close({ timeoutMs: 0 });
  await elapse(5000);
  expect(pool.state.phase).toBe('closed');
});

it('I8 nothing else is opened for one that may yet come', async () => {
  let connects = 0;
  const pool = createPool({ connect: () => timer(++connects === 1 ? 50 : 190), minSize: 1, maxSize: 3 });
  await elapse(50);
  outcomeOf(pool.checkout());
  const waiter = outcomeOf(pool.checkout());
  await elapse(250);
  expect([connects, waiter.values]).toEqual([2, 1]);
  void pool.close({ timeoutMs: 0 });
  await elapse(5000);
  expect(pool.state.phase).toBe('closed');
});
