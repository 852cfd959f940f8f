import { Subject, of, throwError } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Notice, createPool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** `String()` of it throws. */
const textless = Object.create(null) as Error;

it('I16 a connect that fails with something that has no text is a failed connect', async () => {
  const { pool, log } = await fakePool({ minSize: 1, maxSize: 1 }, { refusal: textless });
  expect(log.find(({ type }) => type === 'connectFailed')).toMatchObject({ error: 'something that has no text' });
  await pool.close();
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
});

it('I14 a lease is destroyed, and a connection dies, for such a reason', async () => {
  const { pool, server } = await fakePool({ minSize: 2, maxSize: 2 });
  given(pool.tryCheckout()).destroy(textless);
  server.kill({ id: 2 }, textless);
  await settle();
  expect(pool.state).toMatchObject({ destroyed: 1, idle: 2, active: 0, size: 2 });
});

it('I4 work that fails with it settles, and so does a check', async () => {
  const check = () => throwError(() => textless);
  const { pool } = await fakePool({ minSize: 1, isTimeout: () => true, check, healthCheckIntervalMs: 100 });
  await expect(pool.use(() => throwError(() => textless))).rejects.toBe(textless);
  // The request, and the check that follows it at once.
  expect(pool.state).toMatchObject({ unhealthy: 1, healthCheckFailures: 2 });
  await elapse(100);
  expect(pool.state.healthCheckFailures).toBe(3);
});

it('I15 notices of untyped code become text, or nothing', async () => {
  const notices$ = new Subject<unknown>();
  const notices = () => notices$ as Subject<Notice>;
  const pool = createPool({ connect: () => of('a'), notices, minSize: 1, maxSize: 1 });
  await settle();
  const log = collect(pool.events$);
  for (const odd of [undefined, null, 5, {}, { note: undefined }]) notices$.next(odd);
  expect(log).toEqual([]);
  notices$.next({ note: new Error('hot') });
  expect(log).toMatchObject([{ type: 'notice', note: 'hot' }]);
  await pool.close();
});
