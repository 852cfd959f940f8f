import { EMPTY, NEVER, concat, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

async function* values(...all: number[]): AsyncGenerator<number> {
  for (const value of all) yield await Promise.resolve(value);
}

describe('use()', () => {
  it.each([
    ['the value of a promise', () => Promise.resolve(7), 7],
    ['the last value of a stream', () => of(1, 2, 3), 3],
    ['the last value of an async iterable', () => values(4, 5), 5],
    ['undefined when there is none', () => EMPTY, undefined],
  ])('resolves with %s', async (_, work, expected) => {
    const { pool } = await fakePool(one);
    await expect(pool.use<number>(work)).resolves.toBe(expected);
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1 });
  });

  it.each<[string, unknown]>([
    ['a string', 'alpha'],
    ['a list', [1, 2, 3]],
    ['a number', 7],
    ['nothing', undefined],
    ['a map', new Map([['key', 1]])],
    ['an iterator of its own', new Set([1])],
  ])('resolves with %s as it is', async (_, value) => {
    const { pool } = await fakePool(one);
    await expect(pool.use(() => value)).resolves.toBe(value);
    await expect(pool.use(() => Promise.resolve(value))).resolves.toBe(value);
  });

  it('works with the leased connection, and shows the lease', async () => {
    const { pool, server } = await fakePool(one);
    const seen = await pool.use((connection, lease) => [connection, lease.connection, lease.id]);
    expect(seen).toEqual([server.connections[0], server.connections[0], 1]);
  });

  it('has given the connection back when it resolves', async () => {
    const { pool } = await fakePool(one);
    await pool.use(() => Promise.resolve(1));
    given(pool.tryCheckout());
  });

  const failure = new Error('bad work');
  it.each([
    ['throws', () => { throw failure; }], // prettier-ignore
    ['rejects', () => Promise.reject(failure)],
    [
      'errors after some values',
      () =>
        concat(
          of(1),
          throwError(() => failure),
        ),
    ],
  ])('rejects when the work %s, and keeps the connection', async (_, work) => {
    const { pool, server } = await fakePool(one);
    await expect(pool.use(work)).rejects.toBe(failure);
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1 });
    expect(server.connections).toHaveLength(1);
  });

  it('rejects with POOL_CONNECTION_LOST when the connection goes down', async () => {
    const { pool, server, log } = await fakePool(one);
    const lost = pool.use(() => NEVER).catch((error: unknown) => error);
    server.kill(server.connection(1), new Error('reset by peer'));
    const error = await lost;
    expect(error).toMatchObject({ data: { reason: 'down', sent: true }, cause: { message: 'reset by peer' } });
    expect(codeOf(error)).toBe('POOL_CONNECTION_LOST');
    await settle();
    expect(pool.state).toMatchObject({ idle: 1, lost: 1, checkins: 0, invalidCheckins: 0 });
    expect(log.filter(({ type }) => type === 'checkin')).toEqual([]);
  });

  it('rejects with the reason of the queue', async () => {
    const { pool } = await fakePool(one);
    given(pool.tryCheckout());
    const waiting = pool.use(() => of(1), { timeoutMs: 100 }).catch(codeOf);
    await elapse(100);
    await expect(waiting).resolves.toBe('POOL_CHECKOUT_TIMEOUT');
  });

  it('lets the work destroy its lease', async () => {
    const { pool, server } = await fakePool(one);
    await pool.use((_, lease) => {
      lease.destroy();
      return of(1);
    });
    await settle();
    expect(pool.state).toMatchObject({ idle: 1, destroyed: 1, checkins: 0, invalidCheckins: 0 });
    expect(server.connections).toHaveLength(2);
  });

  it('lets the work check in early, which is no mistake', async () => {
    const { pool } = await fakePool(one);
    await pool.use((_, lease) => {
      lease.checkin();
      return of(1);
    });
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1, invalidCheckins: 0 });
  });
});
