import { EMPTY, NEVER, Subject, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import type { PoolOptions, Retry } from '../../lib/index.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { failingWith } from '../support/failing.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const failing = failingWith(no);
const poolOf = async (size: number, options?: Partial<PoolOptions<FakeConnection>>) =>
  await fakePool({ minSize: size, maxSize: size, healthCheckIntervalMs: 0, ...options });

describe('withConnection with retry', () => {
  it('asks a request again on another connection, and tells nobody of the error', async () => {
    const { pool } = await poolOf(2);
    const { asked, project } = failing(1);
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, project, { retry: () => true })));
    expect(outcome).toMatchObject({ value: 7, values: 1, errors: 0, completions: 1 });
    expect(asked).toEqual([1, 2]);
    expect(pool.state).toMatchObject({ active: 0, checkouts: 2, checkins: 2 });
  });

  it('says what is known of each attempt', async () => {
    const { pool } = await poolOf(1);
    const told: unknown[] = [];
    const retry: Retry<number> = (error, failed) => told.push(error, failed) < 6;
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, failing(9).project, { retry })));
    expect(outcome).toMatchObject({ error: no, errors: 1 });
    const attempts = [1, 2, 3].map((attempt) => ({ request: 7, attempt, begun: true, emitted: 0 }));
    expect(told).toEqual(attempts.flatMap((attempt) => [no, attempt]));
  });

  it('fails where the checkout throws, before anything could begin', async () => {
    const { pool } = await poolOf(1);
    const throwing = {
      state: pool.state,
      checkout: () => {
        throw no;
      },
    };
    const outcome = outcomeOf(of(7).pipe(withConnection(throwing, failing(0).project, { retry: () => true })));
    expect(outcome).toMatchObject({ error: no, errors: 1 });
  });

  it('has given the lease back before the next is asked for', async () => {
    const { pool, log } = await poolOf(1);
    outcomeOf(of(7).pipe(withConnection(pool, failing(2).project, { retry: () => true })));
    const leases = log.filter(({ type }) => type === 'checkout' || type === 'checkin').map(({ type }) => type);
    expect(leases).toEqual(['checkout', 'checkin', 'checkout', 'checkin', 'checkout', 'checkin']);
  });

  it('waits for as many milliseconds as it is told, without a lease', async () => {
    const { pool } = await poolOf(1);
    const { asked, project } = failing(1);
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, project, { retry: () => 100 })));
    await elapse(99);
    expect([asked.length, pool.state.active, pool.state.waiting]).toEqual([1, 0, 0]);
    await elapse(1);
    expect(outcome).toMatchObject({ value: 7, completions: 1 });
  });

  it.each([[false], [Infinity], [undefined as never]])('tells the error where the answer is %s', async (answer) => {
    const { pool } = await poolOf(1);
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, failing(1).project, { retry: () => answer })));
    expect(outcome).toMatchObject({ error: no, errors: 1 });
  });

  it.each([[-1], [NaN], ['soon' as never]])('fails with what is wrong about the answer %s', async (answer) => {
    const { pool } = await poolOf(1);
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, failing(1).project, { retry: () => answer })));
    expect(outcome.error).toMatchObject({ message: expect.stringContaining('the delay of retry must be') as string });
  });

  it('tells what retry throws in place of the error', async () => {
    const { pool } = await poolOf(1);
    const better = new Error('better');
    const retry = () => {
      throw better;
    };
    expect(outcomeOf(of(7).pipe(withConnection(pool, failing(1).project, { retry })))).toMatchObject({
      error: better,
      errors: 1,
    });
  });

  it('does not retry after a value was emitted', async () => {
    const { pool } = await poolOf(1);
    const { asked, project } = failing(1, of(1));
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, project, { retry: () => true })));
    expect(outcome).toMatchObject({ values: 1, error: no });
    expect(asked).toHaveLength(1);
  });

  it('does so where a policy wants it, which is told how many', async () => {
    const { pool } = await poolOf(1);
    const emitted: number[] = [];
    const failed: Retry<number> = (_, attempt) => emitted.push(attempt.emitted) > 0;
    const retry = { follow: () => ({ failed }) };
    const values = collect(of(7).pipe(withConnection(pool, failing(2, of(1, 2)).project, { retry })));
    expect(values).toEqual([1, 2, 1, 2, 1, 2, 7]);
    expect(emitted).toEqual([2, 4]);
  });

  it('retries where a connection goes down, and says whether the work had begun', async () => {
    const { pool, server } = await poolOf(2);
    const told: unknown[] = [];
    const retry: Retry<number> = (error, { begun }) => told.push(codeOf(error), begun) > 0;
    const project = ({ id }: FakeConnection) => (id === 1 ? NEVER : of(id));
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, project, { retry })));
    server.kill({ id: 1 });
    expect(outcome).toMatchObject({ value: 2, completions: 1 });
    expect(told).toEqual(['POOL_CONNECTION_LOST', true]);
  });

  it('does not retry a checkout that fails', async () => {
    const { pool } = await poolOf(1, { checkoutTimeoutMs: 50 });
    given(pool.tryCheckout());
    let asked = 0;
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, () => of(1), { retry: () => asked++ < 9 })));
    await elapse(50);
    expect([codeOf(outcome.error), asked]).toEqual(['POOL_CHECKOUT_TIMEOUT', 0]);
  });

  it('does not retry on a pool that is closed, and tells why it was to be retried', async () => {
    const { pool } = await poolOf(1);
    const response$ = new Subject<never>();
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, () => response$, { retry: () => true })));
    const closed = pool.close();
    response$.error(no);
    expect(outcome).toMatchObject({ error: no, errors: 1 });
    await closed;
  });

  it('keeps the place of a request in the order of the responses', async () => {
    const { pool } = await poolOf(3);
    const once = new Set<number>();
    const project = (_: unknown, request: number) =>
      request === 1 && !once.has(1) ? (once.add(1), throwError(() => no)) : of(request);
    const options = { ordered: true, retry: () => 100 };
    const values = collect(of(1, 2, 3).pipe(withConnection(pool, project, options)));
    expect(values).toEqual([]);
    await elapse(100);
    expect(values).toEqual([1, 2, 3]);
  });

  it('keeps the turn of a request in the concurrency while it waits', async () => {
    const { pool } = await poolOf(3);
    const { asked, project } = failing(1);
    const options = { concurrency: 1, retry: () => 100 };
    const values = collect(of(1, 2).pipe(withConnection(pool, project, options)));
    await elapse(99);
    expect([asked.length, values]).toEqual([1, []]);
    await elapse(1);
    expect([asked.length, values]).toEqual([3, [1, 2]]);
  });

  it('settles once, with the last outcome', async () => {
    const { pool } = await poolOf(2);
    const project = (_: unknown, request: number) => (request === 1 ? throwError(() => no) : of(request));
    const retry: Retry<number> = (_, { attempt }) => attempt < 3;
    const outcomes = collect(of(1, 2).pipe(withConnection(pool, project, { settle: true, retry })));
    expect(outcomes).toEqual([
      { status: 'rejected', reason: no },
      { status: 'fulfilled', value: 2 },
    ]);
  });

  it('retries ten thousand times without growing the stack', async () => {
    const { pool } = await poolOf(1);
    const outcome = outcomeOf(of(7).pipe(withConnection(pool, failing(10_000).project, { retry: () => true })));
    expect(outcome).toMatchObject({ value: 7, errors: 0 });
  });

  it('refuses a retry that is none, at the call', async () => {
    const { pool } = await poolOf(1);
    expect(() => withConnection(pool, () => EMPTY, { retry: 3 as never })).toThrow(TypeError);
  });
});
