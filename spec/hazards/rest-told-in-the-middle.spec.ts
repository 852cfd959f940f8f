import { throwError } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { listen } from '../support/listen.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('gives the connection of work that asks for a rest neither to who waits nor to who is told of the checkin', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1, restMs: () => 50 });
  const taken: unknown[] = [];
  const work = pool.use(() => throwError(() => new Error('too many requests')));
  const waiting = outcomeOf(pool.checkout());
  listen(pool.events$, ({ type }) => {
    if (type === 'checkin') taken.push(pool.tryCheckout());
  });
  await work.catch(() => undefined);
  expect([waiting.values, taken.filter(Boolean)]).toEqual([0, []]);
  await elapse(51);
  expect(waiting.values).toBe(1);
});
