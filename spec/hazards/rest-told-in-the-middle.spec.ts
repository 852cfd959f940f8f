import { Subject } from 'rxjs';
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
  const answer$ = new Subject<never>();
  const work = pool.use(() => answer$).catch(() => undefined);
  const waiting = outcomeOf(pool.checkout());
  listen(pool.events$, ({ type }) => {
    if (type === 'checkin') taken.push(pool.tryCheckout());
  });
  answer$.error(new Error('too many requests'));
  await work;
  expect([waiting.values, taken.filter(Boolean)]).toEqual([0, []]);
  await elapse(51);
  expect(waiting.values).toBe(1);
});
