import { EMPTY, NEVER, Subject, concat, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Host, a, b, countsOf, endpointPool, typesOf } from '../support/endpoint-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { watchPromise } from '../support/watch-promise.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const noSuchName = new Error('no such name');

describe('a pool without endpoints', () => {
  it.each([
    ['has not been heard of', NEVER],
    ['is empty', concat(of([]), NEVER)],
  ])('may have some later, so that ready() goes on waiting; when the list %s', async (_, list$) => {
    const endpoints$ = new Subject<readonly Host[]>();
    const { pool } = await endpointPool([], { endpoints$ });
    const isSettled = watchPromise(pool.ready());
    const { pool: other } = await endpointPool([], { endpoints$: list$ });
    const isOtherSettled = watchPromise(other.ready());
    await elapse(600_000);
    expect([isSettled(), isOtherSettled()]).toEqual([false, false]);
    endpoints$.next([a]);
    await settle();
    expect(isSettled()).toBe(true);
    await expect(pool.ready()).resolves.toBeUndefined();
  });

  it.each([
    ['completes without any', EMPTY, 'endpoints$ completed'],
    ['completes with an empty list', of([]), 'endpoints$ completed'],
    ['completes with another empty one', of([a], []), 'endpoints$ completed'],
    ['errors', throwError(() => noSuchName), 'no such name'],
    [
      'errors after an empty list',
      concat(
        of([]),
        throwError(() => noSuchName),
      ),
      'no such name',
    ],
  ])(
    'will never have any when endpoints$ %s: ready() and whoever waits learn why at once',
    async (_, endpoints$, why) => {
      const { pool, log } = await endpointPool([], { endpoints$ });
      const told = {
        code: 'POOL_CONNECT_FAILED',
        message: `pool: there are no endpoints, and the list has ended: ${why}`,
      };
      await expect(pool.ready()).rejects.toMatchObject({ ...told, data: { retryInMs: Infinity } });
      const waiting = outcomeOf(pool.checkout({ timeoutMs: 0 }));
      await settle();
      expect(waiting.error).toMatchObject({ ...told, cause: { message: why } });
      expect([pool.state.endpointsEnded, typesOf(log, 'endpointsEnded').length]).toEqual([true, 1]);
    },
  );

  it('tells those who wait already', async () => {
    const endpoints$ = new Subject<readonly Host[]>();
    const { pool } = await endpointPool([], { endpoints$ });
    const waiting = outcomeOf(pool.checkout({ timeoutMs: 0 }));
    const ready = expect(pool.ready()).rejects.toThrow('no such name');
    endpoints$.error(noSuchName);
    await settle();
    await ready;
    expect(waiting.error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: noSuchName });
  });

  it('lets leases of endpoints that have left end first', async () => {
    const endpoints$ = new Subject<readonly Host[]>();
    const { pool } = await endpointPool([], { endpoints$ });
    endpoints$.next([a]);
    await settle();
    const lease = given(pool.tryCheckout());
    endpoints$.next([]);
    endpoints$.complete();
    await settle();
    expect([lease.connection.closes, pool.state.size]).toEqual([0, 1]);
    lease.checkin();
    await settle();
    expect([lease.connection.closes, pool.state.size]).toEqual([1, 0]);
  });

  it('closes as ever', async () => {
    const { pool } = await endpointPool([], { endpoints$: EMPTY });
    await pool.close();
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });
});

it('goes on with the last list when endpoints$ ends, and the end is no reason for what fails later', async () => {
  const { pool, down } = await endpointPool([], {
    endpoints$: concat(
      of([a, b]),
      throwError(() => noSuchName),
    ),
  });
  expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
  expect(pool.state.endpointsEnded).toBe(true);
  down.add('a').add('b');
  const leases = [1, 2, 3, 4].map(() => given(pool.tryCheckout()));
  for (const lease of leases) lease.destroy();
  const waiting = outcomeOf(pool.checkout({ timeoutMs: 1 }));
  await elapse(10);
  expect(waiting.error).toMatchObject({ cause: { message: 'b is down' } });
});
