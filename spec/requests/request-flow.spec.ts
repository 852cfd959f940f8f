import { EMPTY, NEVER, type Observable, Subject, of, range, repeat, take, tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect, listen } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const poolOf = async (size: number) => (await fakePool({ minSize: size, maxSize: size })).pool;
const echo = (_: unknown, request: number) => of(request);

describe('buffer', () => {
  const options = { concurrency: 1, buffer: 2 };

  it('fails when the source is too far ahead, and gives back everything', async () => {
    const pool = await poolOf(1);
    const { error } = outcomeOf(of(1, 2, 3, 4).pipe(withConnection(pool, () => NEVER, options)));
    expect(error).toMatchObject({ code: 'POOL_OVERLOADED', data: { waiting: 2, limit: 2 } });
    expect(pool.state).toMatchObject({ active: 0, waiting: 0 });
  });

  it('turns away what is too much and serves the others when they settle', async () => {
    const pool = await poolOf(1);
    const first = new Subject<number>();
    const outcomes = collect(
      of(1, 2, 3, 4, 5).pipe(withConnection(pool, waitFor(first), { ...options, settle: true })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    first.complete();
    expect(outcomes.slice(2)).toEqual([2, 3].map((value) => ({ status: 'fulfilled', value })));
  });

  it('is as long as the pool’s queue unless it is given', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxWaiting: 3 });
    expect(outcomeOf(range(1, 4).pipe(withConnection(pool, () => NEVER))).errors).toBe(0);
    expect(outcomeOf(range(1, 5).pipe(withConnection(pool, () => NEVER))).error).toMatchObject({ data: { limit: 3 } });
  });

  it('may have no bound', async () => {
    const pool = await poolOf(1);
    const outcome = outcomeOf(range(1, 50_000).pipe(withConnection(pool, () => NEVER, { buffer: Infinity })));
    expect(outcome.errors).toBe(0);
    outcome.leave();
  });
});

describe('checkout', () => {
  it('decides for each request how it is checked out', async () => {
    const pool = await poolOf(1);
    const held = given(pool.tryCheckout());
    const checkout = (priority: number) => ({ priority });
    const served = collect(of(1, 3, 2).pipe(withConnection(pool, echo, { concurrency: 3, checkout })));
    held.checkin();
    expect(served).toEqual([3, 2, 1]);
  });

  it.each([
    ['throws', () => throwOf(new Error('no')), 'no'],
    ['makes no sense', () => ({ timeoutMs: -1 }), 'timeoutMs'],
  ])('fails its request when it %s', async (_, checkout, message) => {
    const pool = await poolOf(1);
    expect(outcomeOf(of(1).pipe(withConnection(pool, echo, { checkout }))).error).toMatchObject({
      message: expect.stringContaining(message) as string,
    });
    const settled = collect(of(1, 2).pipe(withConnection(pool, echo, { checkout, settle: true })));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('is asked for once, when the request comes', async () => {
    const pool = await poolOf(1);
    const asked: number[] = [];
    const checkout = (request: number) => {
      asked.push(request);
      return {};
    };
    const first = new Subject<number>();
    const served = collect(of(1, 2, 3).pipe(withConnection(pool, waitFor(first), { checkout })));
    expect([asked, served]).toEqual([[1, 2, 3], []]);
    first.complete();
    expect([asked, served]).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  it('is not asked for when the request is turned away', async () => {
    const pool = await poolOf(1);
    const asked: number[] = [];
    const checkout = (request: number) => ({ priority: asked.push(request) });
    outcomeOf(of(1, 2, 3).pipe(withConnection(pool, () => NEVER, { checkout, buffer: 1, settle: true })));
    expect(asked).toEqual([1, 2]);
  });

  it('that throws fails its request at once, and neither those under way nor those held back', async () => {
    const pool = await poolOf(1);
    const first = new Subject<number>();
    const checkout = (request: number) => (request === 2 ? throwOf(new Error('no')) : {});
    const options = { checkout, settle: true } as const;
    const outcomes = collect(of(1, 2, 3).pipe(withConnection(pool, waitFor(first), options)));
    expect(outcomes).toMatchObject([{ status: 'rejected', reason: { message: 'no' } }]);
    first.complete();
    expect(outcomes.slice(1)).toEqual([{ status: 'fulfilled', value: 3 }]);
  });

  it('may bring further requests, or the end of them', async () => {
    const pool = await poolOf(1);
    const requests = new Subject<number>();
    const checkout = (request: number) => {
      if (request === 1) requests.next(2);
      if (request === 1) requests.complete();
      return {};
    };
    const outcome = outcomeOf(requests.pipe(withConnection(pool, echo, { checkout })));
    requests.next(1);
    expect(outcome).toMatchObject({ values: 2, value: 1, completions: 1 });
  });

  it('fails the request that does not get a connection in time', async () => {
    const pool = await poolOf(1);
    await pool.close();
    expect(codeOf(outcomeOf(of(1).pipe(withConnection(pool, echo))).error)).toBe('POOL_CLOSED');
  });
});

describe('a synchronous source', () => {
  const many = 20_000;

  it.each([{}, { ordered: true }, { concurrency: 1 }])('is served to the end with %o', async (options) => {
    const pool = await poolOf(2);
    const served = collect(range(0, many).pipe(withConnection(pool, echo, options)));
    expect([served.length, served.at(-1), pool.state.checkins]).toEqual([many, many - 1, many]);
  });

  it('is served to the end when all of it had to wait', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxWaiting: many });
    const held = given(pool.tryCheckout());
    const served = collect(range(0, many).pipe(withConnection(pool, echo, { concurrency: Infinity })));
    expect(pool.state.waiting).toBe(many);
    held.checkin();
    expect([served.length, served.at(-1), pool.state.waiting]).toEqual([many, many - 1, 0]);
  });

  it('is served to the end when it was held back', async () => {
    const pool = await poolOf(1);
    const first = new Subject<number>();
    const project = (_: unknown, request: number) => (request === 0 ? first : of(request));
    const served = collect(range(0, many).pipe(withConnection(pool, project, { buffer: many })));
    first.complete();
    expect([served.length, served.at(-1)]).toEqual([many - 1, many - 1]);
  });

  it('is served to the end when each response brings the next request', async () => {
    const pool = await poolOf(2);
    const requests = new Subject<number>();
    let served = 0;
    listen(requests.pipe(withConnection(pool, echo)), (response) => {
      served++;
      if (response < many) requests.next(response + 1);
    });
    requests.next(1);
    expect(served).toBe(many);
  });

  it('is stopped though it has no end', async () => {
    const pool = await poolOf(1);
    let requests = 0;
    const endless$ = of(1).pipe(
      repeat(),
      tap(() => requests++),
    );
    expect(collect(endless$.pipe(withConnection(pool, echo), take(3)))).toEqual([1, 1, 1]);
    expect(requests).toBeLessThan(5);
    expect(outcomeOf(EMPTY.pipe(withConnection(pool, echo))).completions).toBe(1);
  });
});

/** The first request is answered by `first`, the others are at once. */
function waitFor(first: Observable<number>) {
  return (_: unknown, request: number) => (request === 1 ? first : of(request));
}

function throwOf(error: Error): never {
  throw error;
}
