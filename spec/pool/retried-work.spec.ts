import { EMPTY, NEVER, defer, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import type { Retry } from '../../lib/index.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { failingWith } from '../support/failing.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const failing = failingWith(no);
const poolOf = (size: number) => fakePool({ minSize: size, maxSize: size, healthCheckIntervalMs: 0 });

describe('a policy', () => {
  /** A policy that retries `no`, and what it was told. */
  function watching() {
    const told: string[] = [];
    const follow = (request: number) => {
      told.push(`follow ${request}`);
      return {
        begun: (connection: unknown) => void told.push(`begun ${(connection as FakeConnection).id}`),
        failed: () => told.push('failed') > 0,
        ended: (status: string) => void told.push(status),
      };
    };
    return { told, policy: { follow } };
  }

  it('follows each request from its beginning to its end', async () => {
    const { pool } = await poolOf(2);
    const { told, policy } = watching();
    outcomeOf(of(7).pipe(withConnection(pool, failing(1).project, { retry: policy })));
    expect(told).toEqual(['follow 7', 'begun 1', 'failed', 'begun 2', 'answered']);
  });

  it('refuses a request by throwing, and the request never gets a connection', async () => {
    const { pool } = await poolOf(1);
    const retry = {
      follow: (request: number) => {
        if (request === 1) throw no;
        return { failed: () => false };
      },
    };
    const outcomes = collect(of(1, 2).pipe(withConnection(pool, (_, r) => of(r), { settle: true, retry })));
    expect(outcomes).toEqual([
      { status: 'rejected', reason: no },
      { status: 'fulfilled', value: 2 },
    ]);
    expect(pool.state.checkouts).toBe(1);
  });

  it('is looked for at a pool that answers requests by itself, unless retry says otherwise', async () => {
    const { pool } = await poolOf(2);
    const { told, policy } = watching();
    const answering = { retryPolicy: policy, state: pool.state, checkout: () => defer(() => [leaseOfAnswering()]) };
    outcomeOf(of(7).pipe(withConnection(answering as never)));
    outcomeOf(of(8).pipe(withConnection(answering as never, undefined, { retry: false })));
    outcomeOf(of(9).pipe(withConnection(answering as never, () => of(9))));
    expect(told).toEqual(['follow 7', 'begun 5', 'answered']);
  });
});

/** A lease of somebody else's pool. */
function leaseOfAnswering() {
  const connection = { id: 5, request: (request: number) => of(request) };
  return { connection, revoked$: NEVER, checkin: () => undefined, [Symbol.dispose]: () => undefined };
}

describe('pool.use with retry', () => {
  it('resolves with what the last attempt brings', async () => {
    const { pool } = await poolOf(2);
    const { asked, project } = failing(1);
    await expect(pool.use((connection) => project(connection, 7), { retry: () => true })).resolves.toBe(7);
    expect(asked).toEqual([1, 2]);
  });

  it('rejects as the last attempt does', async () => {
    const { pool } = await poolOf(1);
    const retry: Retry<undefined> = (_, { attempt }) => attempt < 3;
    const { asked, project } = failing(9);
    await expect(pool.use((connection) => project(connection, 7), { retry })).rejects.toBe(no);
    expect(asked).toHaveLength(3);
  });

  it('rejects with the reason of its signal, which ends the delay', async () => {
    const { pool } = await poolOf(1);
    const { asked, project } = failing(1);
    const abort = new AbortController();
    const timers = vi.getTimerCount();
    const used = pool.use((connection) => project(connection, 7), { retry: () => 1000, signal: abort.signal });
    abort.abort('enough');
    await expect(used).rejects.toBe('enough');
    expect([asked.length, vi.getTimerCount()]).toEqual([1, timers]);
    await settle();
    expect(pool.state).toMatchObject({ active: 0, waiting: 0 });
  });

  it('refuses a retry that is none, at the call', async () => {
    const { pool } = await poolOf(1);
    expect(() => void pool.use(() => EMPTY, { retry: 3 as never })).toThrow(TypeError);
  });
});
