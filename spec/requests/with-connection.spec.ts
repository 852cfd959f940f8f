import { EMPTY, NEVER, map, of, range } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Project, withConnection } from '../../lib/requests/with-connection.ts';
import { createPool } from '../../lib/index.ts';
import { type FakeConnection, FakeServer } from '../support/fake-server.ts';
import { fakePool } from '../support/fake-pool.ts';
import { marbles } from '../support/marbles.ts';
import { codeOf, outcomeOf } from '../support/outcome.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const poolOf = async (size: number, maxLeasesPerConnection = 1) =>
  (await fakePool({ minSize: size, maxSize: size, maxLeasesPerConnection })).pool;

describe('withConnection', () => {
  it.each([
    ['an empty source', '|', '|'],
    ['a source that never ends', '-', '-'],
    ['a source that errors', '#', '#'],
    ['one request', 'a|', '--(a|)'],
    ['one request after the other', 'a---b|', '--a---(b|)'],
    ['two requests side by side', 'ab-|', '--a(b|)'],
    ['more requests than connections', 'abc|', '--ab(c|)'],
    ['an error while requests are under way', 'ab-#', '--a#'],
  ])('serves %s', async (_, requests, responses) => {
    const pool = await poolOf(2);
    marbles(({ cold, expectObservable, flush }) => {
      const project = (_connection: unknown, request: string) => cold('--(r|)', { r: request });
      expectObservable(cold(requests).pipe(withConnection(pool, project))).toBe(responses);
      flush();
      expect(pool.state).toMatchObject({ active: 0, waiting: 0 });
    });
  });

  it('passes on all that a request emits, as it comes', async () => {
    const pool = await poolOf(2);
    marbles(({ cold, expectObservable }) => {
      const project = (_connection: unknown, request: string) => cold('x-y-(z|)').pipe(withPrefix(request));
      const expected = 'abcde(f|)';
      const values = { a: 'ax', b: 'bx', c: 'ay', d: 'by', e: 'az', f: 'bz' };
      expectObservable(cold('ab|').pipe(withConnection(pool, project))).toBe(expected, values);
    });
  });

  it('completes when requests are answered with nothing', async () => {
    const pool = await poolOf(1);
    expect(outcomeOf(of(1, 2, 3).pipe(withConnection(pool, () => EMPTY)))).toMatchObject({ values: 0, completions: 1 });
  });

  it('gives back everything when it is unsubscribed from', async () => {
    const pool = await poolOf(2);
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const requests$ = cold('abcd-');
      const response$ = cold('------r');
      const unsubscribed = '  -----!';
      const served$ = requests$.pipe(withConnection(pool, () => response$, { concurrency: 3 }));
      expectObservable(served$, unsubscribed).toBe('-');
      expectSubscriptions(requests$.subscriptions).toBe('^----!');
      expectSubscriptions(response$.subscriptions).toBe(['^----!', '-^---!']);
      flush();
      expect(pool.state).toMatchObject({ active: 0, idle: 2, waiting: 0 });
    });
  });

  it('begins no request any more once it is unsubscribed from', async () => {
    const pool = await poolOf(2);
    let begun = 0;
    const project = () => {
      begun++;
      return NEVER;
    };
    const outcome = outcomeOf(range(0, 100).pipe(withConnection(pool, project, { concurrency: 100 })));
    outcome.leave();
    expect(begun).toBe(2);
    expect(pool.state).toMatchObject({ active: 0, idle: 2, waiting: 0 });
  });

  it('fails as the first request does and gives back the others', async () => {
    const pool = await poolOf(3);
    marbles(({ cold, expectObservable, flush }) => {
      const responses = { a: cold('-----r'), b: cold('--#'), c: cold('-r|') };
      const project = (_: unknown, request: 'a' | 'b' | 'c') => responses[request];
      expectObservable(of('a', 'b', 'c').pipe(withConnection(pool, project as Project<unknown, string, string>))).toBe(
        '-r#',
      );
      flush();
      expect(pool.state).toMatchObject({ active: 0, idle: 3 });
    });
  });

  it.each([
    [1, 1],
    [2, 2],
    [undefined, 6],
    [Infinity, 6],
  ])('has %s requests under way at most', async (concurrency, underWay) => {
    const pool = await poolOf(2, 3);
    const options = concurrency === undefined ? {} : { concurrency };
    let begun = 0;
    const project = () => {
      begun++;
      return NEVER;
    };
    const outcome = outcomeOf(of(1, 2, 3, 4, 5, 6, 7, 8).pipe(withConnection(pool, project, options)));
    expect([begun, pool.state.checkouts]).toEqual([underWay, underWay]);
    outcome.leave();
  });

  it('is subscribed to any number of times', async () => {
    const pool = await poolOf(1);
    const served$ = of(1, 2).pipe(withConnection(pool, (_, request) => of(request)));
    expect([outcomeOf(served$), outcomeOf(served$)]).toMatchObject([{ values: 2 }, { values: 2 }]);
  });

  it('hands the connection, the request and the lease over', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 1 });
    const given: unknown[] = [];
    const project: Project<FakeConnection, string, never> = (connection, request, lease) => {
      given.push(connection, request, lease.connection);
      return EMPTY;
    };
    outcomeOf(of('a').pipe(withConnection(pool, project)));
    expect(given).toEqual([server.connections[0], 'a', server.connections[0]]);
  });

  it('fails when a connection goes down under its request', async () => {
    const { pool, server } = await fakePool({ minSize: 2, maxSize: 2 });
    const outcome = outcomeOf(of(1).pipe(withConnection(pool, () => NEVER)));
    server.kill({ id: 1 });
    expect(codeOf(outcome.error)).toBe('POOL_CONNECTION_LOST');
    await settle();
    expect(pool.state).toMatchObject({ active: 0, lost: 1, checkins: 0 });
  });

  it('fails when the pool is closed', async () => {
    const pool = await poolOf(1);
    await pool.close();
    expect(codeOf(outcomeOf(of(1).pipe(withConnection(pool, () => of(1)))).error)).toBe('POOL_CLOSED');
  });
});

describe('withConnection without a project', () => {
  it('asks the connection itself', async () => {
    const connect = () => of({ request: (request: number) => of(2 * request) });
    const pool = createPool({ connect, maxSize: 1 });
    await pool.ready();
    expect(outcomeOf(of(1, 2).pipe(withConnection(pool)))).toMatchObject({ value: 4, values: 2 });
    expect(outcomeOf(of(3).pipe(withConnection(pool, undefined, { settle: true }))).value).toEqual({
      status: 'fulfilled',
      value: 6,
    });
  });

  it('fails where the connection has no request()', async () => {
    const pool = await poolOf(1);
    const outcome = outcomeOf(of(1).pipe(withConnection(pool as never)));
    expect(outcome.error).toEqual(
      new TypeError('withConnection needs a project function: the connection has no request()'),
    );
  });
});

describe('withConnection, called wrongly', () => {
  const pool = createPool({ ...new FakeServer().connector, minSize: 0 });
  const project = () => EMPTY;

  it.each([
    ['project', 7, {}, TypeError],
    ['project', null, {}, TypeError],
    ['concurrency', project, { concurrency: 0 }, RangeError],
    ['concurrency', project, { concurrency: 1.5 }, RangeError],
    ['concurrency', project, { concurrency: '4' }, TypeError],
    ['buffer', project, { buffer: -1 }, RangeError],
    ['buffer', project, { buffer: NaN }, RangeError],
  ])('throws for %s %s %o', (name, wrong, options, type) => {
    const call = () => withConnection(pool, wrong as typeof project, options as never);
    expect(call).toThrow(type);
    expect(call).toThrow(name);
  });
});

function withPrefix(prefix: string) {
  return map((value: string) => prefix + value);
}
