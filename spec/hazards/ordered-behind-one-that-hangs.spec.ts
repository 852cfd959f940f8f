import { NEVER, type Observable, Subject, from, merge, of, range } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const poolOf = async (size: number) => (await fakePool({ minSize: size, maxSize: size })).pool;
const ordered = { ordered: true } as const;
const settled = { ordered: true, settle: true } as const;
const overloaded = expect.objectContaining({ code: 'POOL_OVERLOADED' }) as object;

/** Answers all requests but the first at once, and the first when it is told to. */
function behind(first$: Observable<number>) {
  const begun: number[] = [];
  const project = (_: unknown, request: number) => {
    begun.push(request);
    return request === 0 ? first$ : of(request);
  };
  return { begun, project };
}

it('turns away whom there would be no room for when they are answered', async () => {
  const pool = await poolOf(2);
  const { begun, project } = behind(NEVER);
  const fits = outcomeOf(range(0, 7).pipe(withConnection(pool, project, { ...ordered, concurrency: 2, buffer: 5 })));
  expect([fits.errors, begun.length]).toEqual([0, 7]);
  fits.leave();
  const options = { ...ordered, concurrency: 2, buffer: 5 };
  expect(outcomeOf(range(0, 8).pipe(withConnection(pool, project, options))).error).toEqual(overloaded);
  expect(begun).toHaveLength(14);
  expect(pool.state).toMatchObject({ active: 0, waiting: 0 });
});

it('counts answers alone where as many as may come begin at once', async () => {
  const pool = await poolOf(2);
  const options = { ...ordered, concurrency: Infinity, buffer: 5 };
  const fits = outcomeOf(range(0, 7).pipe(withConnection(pool, behind(NEVER).project, options)));
  expect(fits.errors).toBe(0);
  fits.leave();
  const beyond = outcomeOf(range(0, 8).pipe(withConnection(pool, behind(NEVER).project, options)));
  expect(beyond.error).toEqual(overloaded);
});

it('has room again as answers come out', async () => {
  const pool = await poolOf(2);
  const [source$, first$] = [new Subject<number>(), new Subject<number>()];
  const options = { ...settled, concurrency: 2, buffer: 1 };
  const outcomes = collect(source$.pipe(withConnection(pool, behind(first$).project, options)));
  for (const request of [0, 1, 2]) source$.next(request);
  first$.complete();
  expect(outcomes).toEqual([1, 2].map((value) => ({ status: 'fulfilled', value })));
  source$.next(3);
  expect(outcomes).toHaveLength(3);
});

it('keeps one outcome for all who are turned away in a row, and tells each in its place', async () => {
  const pool = await poolOf(1);
  const [source$, first$] = [new Subject<number>(), new Subject<number>()];
  const options = { ...settled, concurrency: 1, buffer: 1 };
  const flow$ = source$.pipe(withConnection(pool, behind(first$).project, options));
  const outcomes: PromiseSettledResult<number>[] = [];
  let completed = 0;
  flow$.subscribe({ next: (outcome) => outcomes.push(outcome), complete: () => completed++ });
  for (let request = 0; request < 10_002; request++) source$.next(request);
  source$.complete();
  expect([outcomes.length, completed]).toEqual([0, 0]);
  first$.next(0);
  first$.complete();
  const [zero, one, ...others] = outcomes;
  expect([zero, one]).toEqual([0, 1].map((value) => ({ status: 'fulfilled', value })));
  expect(others).toHaveLength(10_000);
  expect(new Set(others)).toEqual(new Set([{ status: 'rejected', reason: overloaded }]));
  expect(completed).toBe(1);
});

it('serves those held back while answers wait', async () => {
  const pool = await poolOf(2);
  const [first$, second$] = [new Subject<number>(), new Subject<number>()];
  const { begun, project } = behind(first$);
  const all = (connection: unknown, request: number) => (request === 1 ? second$ : project(connection, request));
  const options = { ...ordered, concurrency: 2, buffer: 3 };
  const values = collect(range(0, 5).pipe(withConnection(pool, all, options)));
  second$.next(1);
  second$.complete();
  expect([begun, values]).toEqual([[0, 2, 3, 4], []]);
  first$.complete();
  expect(values).toEqual([1, 2, 3, 4]);
});

it('ends who emits without end before its turn, and gives its connection back', async () => {
  const pool = await poolOf(2);
  const endless = (_: unknown, request: number) => (request === 0 ? NEVER : range(0, Infinity));
  const { error } = outcomeOf(range(0, 2).pipe(withConnection(pool, endless, { ...ordered, buffer: 1 })));
  expect(error).toMatchObject({ code: 'POOL_OVERLOADED', data: { waiting: 10_000, limit: 10_000 } });
  expect(pool.state).toMatchObject({ active: 0, checkins: 2 });
});

it('tells what such a one had emitted, and then why it ended', async () => {
  const pool = await poolOf(2);
  const first$ = new Subject<number>();
  const endless = (_: unknown, request: number) => (request === 0 ? first$ : range(0, Infinity));
  const outcomes = collect(range(0, 2).pipe(withConnection(pool, endless, { ...settled, buffer: 20_000 })));
  expect(pool.state).toMatchObject({ active: 1, checkins: 1 });
  first$.complete();
  expect(outcomes).toHaveLength(20_002);
  expect(outcomes.at(-1)).toEqual({ status: 'rejected', reason: overloaded });
});

it('has no bound for who is first in line, nor for one answer each', async () => {
  const pool = await poolOf(1);
  const count = 30_000;
  let seen = 0;
  const many$ = merge(of(0), of(1)).pipe(withConnection(pool, () => range(0, count), ordered));
  many$.subscribe(() => seen++);
  expect(seen).toBe(2 * count);
  const first$ = new Subject<number>();
  const options = { ...ordered, buffer: count };
  const values = collect(range(0, count).pipe(withConnection(pool, behind(first$).project, options)));
  first$.complete();
  expect(values).toHaveLength(count - 1);
});

it('takes values of an async iterable no further than it keeps them', async () => {
  const pool = await poolOf(2);
  let taken = 0;
  async function* endless() {
    for (;;) yield await Promise.resolve(taken++);
  }
  const project = (_: unknown, request: number) => (request === 0 ? NEVER : from(endless()));
  const failed = new Promise<unknown>((resolve) => {
    range(0, 2)
      .pipe(withConnection(pool, project, ordered))
      .subscribe({ error: resolve });
  });
  expect(await failed).toEqual(overloaded);
  expect(taken).toBeLessThan(10_010);
});
