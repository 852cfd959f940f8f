import { type Observable, NEVER, Subject, of, retry, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import { fakePool } from '../support/fake-pool.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const onePool = async () => (await fakePool({ minSize: 1, maxSize: 1, healthCheckIntervalMs: 0 })).pool;

/** A project that always fails, and how often it was asked. */
function refusing() {
  const asked: unknown[] = [];
  const project = (_: unknown, request: unknown): Observable<number> => {
    asked.push(request);
    return throwError(() => no);
  };
  return { asked, project };
}

describe('a request that waits to be asked again', () => {
  it('is not when its subscriber has gone, and leaves no timer', async () => {
    const pool = await onePool();
    const { asked, project } = refusing();
    const timers = vi.getTimerCount();
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, { retry: () => 100 })));
    expect(vi.getTimerCount()).toBe(timers + 1);
    outcome.leave();
    expect(vi.getTimerCount()).toBe(timers);
    await elapse(1000);
    expect([asked, pool.state.checkouts]).toEqual([[1], 1]);
  });

  it('is not when the pool is closed, which does not wait for it: it fails at once, as it had failed', async () => {
    const pool = await onePool();
    const { asked, project } = refusing();
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, { retry: () => 100_000 })));
    const used = pool.use((connection) => project(connection, 2), { retry: () => 100_000 });
    const rejects = expect(used).rejects.toBe(no);
    await pool.close();
    await rejects;
    expect(outcome).toMatchObject({ error: no, errors: 1 });
    expect([asked, vi.getTimerCount()]).toEqual([[1, 2], 0]);
  });

  it('does not begin its delay while the pool is being closed', async () => {
    const pool = await onePool();
    const response$ = new Subject<number>();
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, () => response$, { retry: () => 100_000 })));
    const closed = pool.close();
    response$.error(no);
    expect(outcome.errors).toBe(1);
    await closed;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails with the reason when the signal of its checkout is aborted', async () => {
    const pool = await onePool();
    const { asked, project } = refusing();
    const abort = new AbortController();
    const options = { retry: () => 100, checkout: () => ({ signal: abort.signal }) };
    const timers = vi.getTimerCount();
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, options)));
    abort.abort('enough');
    expect(outcome).toMatchObject({ error: 'enough', errors: 1 });
    expect([asked, vi.getTimerCount()]).toEqual([[1], timers]);
  });

  it('fails at once where that signal was aborted before its delay', async () => {
    const pool = await onePool();
    const abort = new AbortController();
    const response$ = new Subject<number>();
    const options = { retry: () => 100, checkout: () => ({ signal: abort.signal }) };
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, () => response$, options)));
    abort.abort('enough');
    response$.error(no);
    expect(outcome).toMatchObject({ error: 'enough', errors: 1 });
  });

  it('leaves the queue when its subscriber goes after the delay', async () => {
    const pool = await onePool();
    const { project } = refusing();
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, { retry: () => 100 })));
    const lease = given(pool.tryCheckout());
    await elapse(100);
    expect(pool.state.waiting).toBe(1);
    outcome.leave();
    expect(pool.state.waiting).toBe(0);
    lease.checkin();
  });

  it('is gone when another request has failed and the source is subscribed to again', async () => {
    const pool = (await fakePool({ minSize: 2, maxSize: 2 })).pool;
    const asked: string[] = [];
    const project = (_: unknown, request: string): Observable<string> => {
      asked.push(request);
      return asked.length > 2 ? NEVER : throwError(() => no);
    };
    // The first waits for its delay when the second fails for good, and whoever hears of that begins anew.
    const again = (_: unknown, { request }: { readonly request: string }) => request === 'a' && 100;
    const outcome = outcomeOf(of('a', 'b').pipe(withConnection(pool, project, { retry: again }), retry(1)));
    expect(asked).toEqual(['a', 'b', 'a', 'b']);
    await elapse(1000);
    expect(asked).toEqual(['a', 'b', 'a', 'b']);
    expect(pool.state.active).toBe(2);
    outcome.leave();
    expect(pool.state.active).toBe(0);
  });
});

describe('retry, asked whether', () => {
  it('may unsubscribe', async () => {
    const pool = await onePool();
    const { asked, project } = refusing();
    const retry = () => {
      outcome.leave();
      return true;
    };
    const requests$ = new Subject<number>();
    const outcome = outcomeOf(requests$.pipe(withConnection(pool, project, { retry })));
    requests$.next(1);
    expect([asked, outcome.errors, pool.state.active]).toEqual([[1], 0, 0]);
  });

  it('may close the pool', async () => {
    const pool = await onePool();
    const { asked, project } = refusing();
    let closed: Promise<void> | undefined;
    const retry = () => {
      closed = pool.close();
      return 50;
    };
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, project, { retry })));
    expect(outcome).toMatchObject({ error: no, errors: 1 });
    await closed;
    expect(asked).toEqual([1]);
  });

  it('may bring further requests, which do not take the place of the one that failed', async () => {
    const pool = await onePool();
    const requests$ = new Subject<number>();
    const once = new Set<number>();
    const project = (_: unknown, request: number) =>
      request < 3 && !once.has(request) ? (once.add(request), throwError(() => no)) : of(request);
    const retry = () => {
      requests$.next(once.size + 2);
      return true;
    };
    const values: number[] = [];
    requests$.pipe(withConnection(pool, project, { ordered: true, concurrency: 2, retry })).subscribe({
      next: (value) => values.push(value),
    });
    requests$.next(1);
    expect(values).toEqual([1, 3]);
  });
});

it('a request whose pool closes as its delay ends is told once', async () => {
  const pool = await onePool();
  const { project } = refusing();
  setTimeout(() => void pool.close(), 100);
  const outcome = outcomeOf(
    of(1).pipe(withConnection(pool, project, { retry: (_, { attempt }) => attempt < 2 && 100 })),
  );
  await elapse(100);
  expect(outcome).toMatchObject({ error: no, errors: 1 });
  expect(codeOf(outcome.error)).toBeUndefined();
});
