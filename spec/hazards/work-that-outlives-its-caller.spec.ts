import { Subject, of, switchMap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type FakePool, fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1, healthCheckIntervalMs: 0 };

/** Who works with each connection now, and how often two have at once. */
function watched() {
  const working = new Map<number, number>();
  const own = { overlaps: 0, ended: 0 };
  const talk = async (connection: FakeConnection, ms: number): Promise<string> => {
    const now = (working.get(connection.id) ?? 0) + 1;
    working.set(connection.id, now);
    if (now > 1) own.overlaps++;
    await new Promise((resolve) => setTimeout(resolve, ms));
    working.set(connection.id, now - 1);
    own.ended++;
    return `talked for ${ms} ms`;
  };
  return { own, talk };
}

describe('I3 work that goes on when its caller has left', () => {
  const ways: [
    string,
    (pool: FakePool['pool'], work: (connection: FakeConnection) => Promise<string>) => () => void,
  ][] = [
    [
      'an aborted use',
      (pool, work) => {
        const abort = new AbortController();
        pool.use(work, { signal: abort.signal }).catch(() => undefined);
        return () => {
          abort.abort();
        };
      },
    ],
    [
      'withConnection in a switchMap',
      (pool, work) => {
        const requests$ = new Subject<number>();
        const outcome = outcomeOf(requests$.pipe(switchMap((n) => of(n).pipe(withConnection(pool, work)))));
        requests$.next(1);
        return () => {
          outcome.leave();
        };
      },
    ],
    [
      'an aborted use of an async iterable',
      (pool, work) => {
        const abort = new AbortController();
        async function* values(connection: FakeConnection) {
          yield await work(connection);
          yield await work(connection);
        }
        pool.use(values, { signal: abort.signal }).catch(() => undefined);
        return () => {
          abort.abort();
        };
      },
    ],
  ];

  it.each(ways)('keeps its connection from the next until it has ended: %s', async (_, begin) => {
    const { pool } = await fakePool(one);
    const { own, talk } = watched();
    const leave = begin(pool, (connection) => talk(connection, 50));
    await elapse(10);
    leave();
    const next = pool.use((connection) => talk(connection, 5));
    await elapse(20);
    expect(pool.state).toMatchObject({ active: 1, waiting: 1, checkins: 0 });
    await elapse(40);
    await next;
    expect(own).toEqual({ overlaps: 0, ended: 2 });
    expect(pool.state).toMatchObject({ idle: 1, checkins: 2, destroyed: 0 });
  });

  it('tells its caller at once', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const use = pool.use(() => new Promise(() => undefined), { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(use).rejects.toThrow('enough');
  });

  it('costs its connection after closeTimeoutMs', async () => {
    const { pool, server, log } = await fakePool({ ...one, closeTimeoutMs: 300 });
    const abort = new AbortController();
    pool.use(() => new Promise(() => undefined), { signal: abort.signal }).catch(() => undefined);
    abort.abort();
    await elapse(299);
    expect(pool.state.active).toBe(1);
    await elapse(1);
    expect(log.flatMap((event) => (event.type === 'destroy' ? [event.reason] : [])).join()).toContain('300 ms');
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 0]);
    await expect(pool.use(() => 'served')).resolves.toBe('served');
  });

  it('keeps it as long as it takes where closeTimeoutMs is off', async () => {
    const { pool } = await fakePool({ ...one, closeTimeoutMs: 0 });
    const { talk } = watched();
    const abort = new AbortController();
    pool.use((connection) => talk(connection, 60_000), { signal: abort.signal }).catch(() => undefined);
    abort.abort();
    await elapse(59_999);
    expect(pool.state.active).toBe(1);
    await elapse(1);
    expect(pool.state).toMatchObject({ idle: 1, destroyed: 0 });
  });

  it('is told by the signal of its lease, also where it asks for that only afterwards', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const seen: boolean[] = [];
    const use = pool.use(
      async (_, lease) => {
        seen.push(lease.signal.aborted);
        await new Promise<void>((resolve) => {
          lease.signal.addEventListener('abort', () => {
            resolve();
          });
        });
        seen.push(lease.signal.aborted);
      },
      { signal: abort.signal },
    );
    use.catch(() => undefined);
    abort.abort();
    await settle();
    expect(seen).toEqual([false, true]);
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1 });
  });

  it('keeps its connection though the work itself made its caller leave', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const { talk } = watched();
    const use = pool.use(
      (connection) => {
        abort.abort();
        return talk(connection, 50);
      },
      { signal: abort.signal },
    );
    await expect(use).rejects.toThrow('aborted');
    expect(pool.state.active).toBe(1);
    await elapse(50);
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1 });
  });

  it('gives an iterable back as soon as it has ended, and asks it to', async () => {
    const { pool } = await fakePool(one);
    const returned: number[] = [];
    const iterable: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: () => {
          returned.push(performance.now());
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const abort = new AbortController();
    pool.use(() => iterable, { signal: abort.signal }).catch(() => undefined);
    await elapse(10);
    abort.abort();
    await settle();
    expect(returned).toEqual([10]);
  });

  it('is over when the pool closes by force, and its late end is no checkin', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const { talk } = watched();
    pool.use((connection) => talk(connection, 500), { signal: abort.signal }).catch(() => undefined);
    abort.abort();
    const closing = pool.close({ timeoutMs: 0 });
    await elapse(500);
    await closing;
    expect(pool.metrics).toMatchObject({ totalCheckouts: 1, invalidCheckins: 0 });
  });

  it('checks nothing in twice when it gives its lease back by itself', async () => {
    const { pool } = await fakePool(one);
    const abort = new AbortController();
    const use = pool.use(
      async (_, lease) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        lease.checkin();
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      { signal: abort.signal },
    );
    use.catch(() => undefined);
    abort.abort();
    await elapse(3000);
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1, destroyed: 0, invalidCheckins: 0 });
  });
});
