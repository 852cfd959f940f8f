import { type Observable, Subject, from, of, tap, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { marbles } from '../support/marbles.ts';
import { outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const poolOf = async (size: number) => (await fakePool({ minSize: size, maxSize: size })).pool;
const echo = (_: unknown, request: number) => of(request);

describe('ordered', () => {
  it('keeps responses until those before them are out', async () => {
    const pool = await poolOf(3);
    marbles(({ cold, expectObservable }) => {
      const responses = [cold('---(a|)'), cold('-(b|)'), cold('--------(c|)')];
      const expected = '        ---(ab)-(c|)'.trim();
      const served$ = from(responses).pipe(withConnection(pool, (_, response$) => response$, { ordered: true }));
      expectObservable(served$).toBe(expected);
    });
  });

  it('lets the first request in line emit as it goes', async () => {
    const pool = await poolOf(2);
    marbles(({ cold, expectObservable }) => {
      const responses = [cold('x--(y|)'), cold('-z------(w|)')];
      const expected = '       x--(yz)-(w|)'.trim();
      const served$ = from(responses).pipe(withConnection(pool, (_, response$) => response$, { ordered: true }));
      expectObservable(served$).toBe(expected);
    });
  });

  it('keeps the order when a response ends while those kept for it are given out', async () => {
    const pool = await poolOf(3);
    const responses = [new Subject<string>(), new Subject<string>(), new Subject<string>()] as const;
    const [a, b, c] = responses;
    const served$ = from(responses).pipe(
      withConnection(pool, (_, response$) => response$, { ordered: true }),
      tap((value) => {
        if (value !== 'b1') return;
        b.next('b3');
        b.complete();
        c.complete();
      }),
    );
    const values: string[] = [];
    let completed = 0;
    served$.subscribe({ next: (value) => values.push(value), error: () => undefined, complete: () => completed++ });
    b.next('b1');
    b.next('b2');
    c.next('c1');
    a.next('a1');
    a.complete();
    expect([values, completed]).toEqual([['a1', 'b1', 'b2', 'b3', 'c1'], 1]);
  });

  it('keeps the place of a request that is turned away', async () => {
    const pool = await poolOf(1);
    const first = new Subject<number>();
    const project = (_: unknown, request: number) => (request === 1 ? first : of(request));
    const options = { ordered: true, settle: true, buffer: 1 } as const;
    const outcomes = collect(of(1, 2, 3).pipe(withConnection(pool, project, options)));
    expect(outcomes).toEqual([]);
    first.next(1);
    first.complete();
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('keeps the place of a request that is served before its turn', async () => {
    const pool = await poolOf(1);
    const first = new Subject<number>();
    const begun: number[] = [];
    const project = (_: unknown, request: number) => {
      begun.push(request);
      return request === 1 ? first : of(request);
    };
    const options = { ordered: true, checkout: (priority: number) => ({ priority }) };
    const responses = collect(of(1, 2, 3).pipe(withConnection(pool, project, options)));
    first.complete();
    expect([begun, responses]).toEqual([
      [1, 3, 2],
      [2, 3],
    ]);
  });

  it('settles in order, too', async () => {
    const pool = await poolOf(2);
    marbles(({ cold, expectObservable }) => {
      const responses = [cold('--#', {}, 'no'), cold('-(b|)')];
      const served$ = from(responses).pipe(
        withConnection(pool, (_, response$) => response$, { ordered: true, settle: true }),
      );
      const values = { a: { status: 'rejected', reason: 'no' }, b: { status: 'fulfilled', value: 'b' } };
      expectObservable(served$).toBe('--(ab|)', values);
    });
  });
});

describe('settle', () => {
  it('goes on after a request that fails', async () => {
    const pool = await poolOf(1);
    const error = new Error('no');
    const project = (_: unknown, request: number) => (request === 2 ? throwError(() => error) : of(request));
    expect(collect(of(1, 2, 3).pipe(withConnection(pool, project, { settle: true })))).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 3 },
    ]);
  });

  it('still fails as the source does', async () => {
    const pool = await poolOf(1);
    const error = new Error('gone');
    const source$ = throwError(() => error) as Observable<number>;
    expect(outcomeOf(source$.pipe(withConnection(pool, echo, { settle: true }))).error).toBe(error);
  });
});
