import { Observable, Subject, of } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type PoolOptions, createPool, withConnection } from '../../lib/index.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** Emits what is given, and throws when it is unsubscribed from. */
function throwing<T>(...values: T[]): Observable<T> {
  return new Observable((subscriber) => {
    for (const value of values) subscriber.next(value);
    return () => {
      throw new Error('teardown');
    };
  });
}

async function poolOf(options: Partial<PoolOptions<string>>) {
  const pool = createPool({ connect: () => of('connection'), minSize: 1, maxSize: 1, ...options });
  await pool.ready();
  return pool;
}

it.each<[string, Partial<PoolOptions<string>>]>([
  ['connect', { connect: () => throwing('connection') }],
  ['down', { down: () => throwing() }],
  ['check', { check: () => throwing() }],
  ['close', { close: () => throwing() }],
])('I12 closes though the teardown of %s throws', async (_, options) => {
  const pool = await poolOf(options);
  await elapse(5000);
  const closed = vi.fn();
  void pool.close().then(closed);
  await elapse(5000);
  expect(closed).toHaveBeenCalledOnce();
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
});

it('replaces a connection that died though its teardown throws', async () => {
  const death$ = new Subject<Error>();
  const pool = await poolOf({ connect: () => throwing('connection'), down: () => death$ });
  death$.next(new Error('died'));
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, size: 1 });
  expect([...pool.state.connections].map(({ id }) => id)).toEqual([2]);
  await pool.close();
});

it('gives a lease back though the teardown of the work throws', async () => {
  const pool = await poolOf({});
  const subscription = of('request')
    .pipe(withConnection(pool, () => throwing()))
    .subscribe();
  expect(pool.state.active).toBe(1);
  expect(() => {
    subscription.unsubscribe();
  }).toThrow('teardown');
  expect(pool.state).toMatchObject({ active: 0, idle: 1 });
  await pool.close();
});

it('fails a request whose connection died though the teardown of the work throws', async () => {
  const death$ = new Subject<Error>();
  const pool = await poolOf({ down: () => death$ });
  // RxJS reports the teardown's error in a timer of its own, which stands still here.
  const used = pool.use(() => throwing());
  death$.next(new Error('died'));
  await expect(used).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
  await pool.close();
  vi.clearAllTimers();
});
