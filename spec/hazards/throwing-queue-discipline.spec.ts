import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

const reported = reportedErrors();

beforeEach(stopTime);
afterEach(resumeTime);

it.each([
  [new Error('no discipline'), new Error('no discipline')],
  ['no discipline', new Error('no discipline')],
])('I16 a checkin serves who waits though the queue discipline throws %j, which is reported', async (thrown, error) => {
  const queue = (): never => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever a user throws
    throw thrown;
  };
  const { pool } = await fakePool({ minSize: 1, maxSize: 1, queue });
  const lease = given(pool.tryCheckout());
  const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
  lease.checkin();
  expect([first.values, second.values]).toEqual([1, 0]);
  first.value?.checkin();
  expect([second.values, second.errors]).toEqual([1, 0]);
  expect(pool.state).toMatchObject({ active: 1, waiting: 0, failedCheckouts: 0 });
  await elapse(1);
  expect(reported).toEqual([error, error]);
});
