import { type Observable, concatMap, from, map, of, catchError, switchMap, tap, timer } from 'rxjs';
import { type Pool, type PoolOptions, createPool, withConnection } from '../../lib/index.ts';
import { type Outcome, type Target, readingOf } from './target.ts';
import type { RequestWork } from './work.ts';

/** A pool of connections that exist in memory only. */
export interface MemoryPoolOptions extends Pick<PoolOptions<number>, 'strategy'> {
  readonly connections: number;
  readonly work: RequestWork;
  /** What opening a connection costs, in milliseconds; nothing when left out. */
  readonly connectMs?: number;
}

/** A pool of a fixed size, with all its connections up. */
export async function memoryPool({ connections, work, connectMs = 0, ...options }: MemoryPoolOptions): Promise<Target> {
  const pool = createPool<number>({
    ...options,
    connect: ({ id }) => opening(id, connectMs),
    minSize: connections,
    maxSize: connections,
    maxConnecting: connections,
    // The same choices in every run.
    seed: 1,
  });
  await pool.ready();
  return pooled(pool, work);
}

/** No pool: each request opens a connection for itself. */
export function memoryWithoutPool(work: RequestWork, connectMs: number): Target {
  let checkouts = 0;
  let waitedUs = 0;
  const connected = (since: number): void => {
    checkouts++;
    waitedUs += 1000 * (performance.now() - since);
  };
  const one = (request: number): Observable<Outcome> => {
    const since = performance.now();
    return opening(request, connectMs).pipe(
      tap(() => {
        connected(since);
      }),
      switchMap(() => from(work(request))),
      map((value): Outcome => ({ status: 'fulfilled', value })),
      catchError((reason: unknown) => of<Outcome>({ status: 'rejected', reason })),
    );
  };
  return {
    serve: (requests$) => requests$.pipe(concatMap(one)),
    reading: () => ({ checkouts, waitedUs, failedCheckouts: 0, utilizationPercent: undefined }),
    close: () => Promise.resolve(),
  };
}

function pooled(pool: Pool<number>, work: RequestWork): Target {
  const serve = withConnection(pool, (_, request: number) => work(request), { settle: true, concurrency: 1 });
  return {
    serve: (requests$) => requests$.pipe(serve),
    reading: () => readingOf(pool.metrics),
    close: () => pool.close(),
  };
}

function opening(id: number, connectMs: number): Observable<number> {
  return connectMs === 0 ? of(id) : timer(connectMs).pipe(map(() => id));
}
