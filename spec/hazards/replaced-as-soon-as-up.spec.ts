import { NEVER, type Observable, concat, filter, map, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../lib/index.ts';
import { type EndpointPool, a, b, countsOf, endpointPool } from '../support/endpoint-pool.ts';
import { fakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const unfit: Notice = { note: 'talks too much', retire: true };
/** The connection is to be replaced so many milliseconds after it is up. */
const unfitAfter = (ms: number): Observable<Notice> => concat(timer(ms).pipe(map(() => unfit)), NEVER);
const slowly = { connectBackoff: { minMs: 1000, maxMs: 8000 } };

describe('a connection that has to be replaced as soon as it is up', () => {
  it('is not replaced without end: the second in a row counts as a failed connect, and is told as its cause', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 4, ...slowly, notices: () => unfitAfter(5) });
    await elapse(15);
    expect(server.connectedAt).toHaveLength(2);
    expect(pool.state).toMatchObject({ circuit: 'open', size: 0 });
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 1 }));
    await elapse(2);
    expect((waiter.error as Error).cause).toEqual(new Error('talks too much'));
    await elapse(10_000);
    expect(server.connectedAt.length).toBeLessThan(10);
  });

  it('counts once, however often it is said', async () => {
    const twice = concat(unfitAfter(5).pipe(filter((notice) => notice === unfit)), NEVER);
    const { pool, server } = await fakePool({
      minSize: 0,
      ...slowly,
      notices: ({ id }) => (id === 1 ? concat(timer(5, 1).pipe(map(() => unfit)), twice) : NEVER),
    });
    const lease = outcomeOf(pool.checkout()).value;
    await elapse(20);
    lease?.checkin();
    expect(pool.state.circuit).toBe('closed');
    expect(server.connectedAt).toHaveLength(1);
  });

  it('is replaced at once where it has lived for a second', async () => {
    const { pool, server } = await fakePool({ minSize: 1, ...slowly, notices: () => unfitAfter(1500) });
    await elapse(4510);
    expect(server.connectedAt).toHaveLength(4);
    expect(pool.state.circuit).toBe('closed');
  });

  it('has its endpoint set aside, and the others go on', async () => {
    const own: { pool?: EndpointPool } = {};
    const notices = ({ id }: { id: number }): Observable<Notice> =>
      unfitAfter(5).pipe(filter(() => own.pool?.connected[id - 1] === a));
    own.pool = await endpointPool([a, b], { notices, endpointBackoff: { minMs: 30_000, maxMs: 60_000 } });
    await elapse(2000);
    const { pool, connected } = own.pool;
    expect(pool.state.circuit).toBe('closed');
    expect(pool.state.endpoints.map(({ id, setAsides }) => [id, setAsides])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    expect(connected.filter((host) => host === a).length).toBeLessThan(8);
    expect(countsOf(pool)).toMatchObject({ b: 4 });
  });
});
