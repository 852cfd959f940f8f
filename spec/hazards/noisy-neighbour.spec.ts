import { from, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckoutOptions, type Pool, type PoolStateJson, replay, withConnection } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { collect } from '../support/listen.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };
const noisy = { key: 'noisy' };
const quiet = { key: 'quiet' };

/** A pool whose only connection is taken; those who wait give it back at once, so that one checkin serves them all. */
async function busyPool(options: { readonly maxWaiting?: number } = {}) {
  const { pool, log } = await fakePool({ ...one, ...options });
  const lease = given(pool.tryCheckout());
  const served: string[] = [];
  const wait = (name: string, checkout?: CheckoutOptions) => waiting(pool, served, name, checkout);
  return { pool, log, lease, served, wait };
}

function waiting(pool: Pool<FakeConnection>, served: string[], name: string, options?: CheckoutOptions) {
  return pool.checkout(options).subscribe({
    next: (lease) => {
      served.push(name);
      lease.checkin();
    },
    error: () => served.push(`${name} failed`),
  });
}

describe('I7 a user with a thousand waiting', () => {
  it('does not keep another one waiting for longer than one of its own', async () => {
    const { lease, served, wait } = await busyPool();
    for (let i = 0; i < 1000; i++) wait(`noisy ${i}`, noisy);
    wait('quiet 0', quiet);
    wait('quiet 1', quiet);
    lease.checkin();
    expect(served.slice(0, 5)).toEqual(['noisy 0', 'quiet 0', 'noisy 1', 'quiet 1', 'noisy 2']);
    expect(served).toHaveLength(1002);
  });

  it('takes turns with all who have no key, as if they had the same', async () => {
    const { lease, served, wait } = await busyPool();
    for (const name of ['a', 'b', 'c']) wait(name, noisy);
    for (const name of ['x', 'y']) wait(name);
    lease.checkin();
    expect(served).toEqual(['a', 'x', 'b', 'y', 'c']);
  });

  it('goes first where its priority is higher, and takes turns there, too', async () => {
    const { lease, served, wait } = await busyPool();
    wait('quiet', quiet);
    for (const name of ['urgent a', 'urgent b']) wait(name, { ...noisy, priority: 1 });
    wait('quiet urgent', { ...quiet, priority: 1 });
    lease.checkin();
    expect(served).toEqual(['urgent a', 'quiet urgent', 'urgent b', 'quiet']);
  });

  it('does not get the turn of another one whose first has left, or has run out of time', async () => {
    const { lease, served, wait } = await busyPool();
    for (const name of ['a', 'b', 'c']) wait(name, noisy);
    const gone = wait('gone', quiet);
    wait('late', { ...quiet, timeoutMs: 10 });
    wait('quiet', quiet);
    gone.unsubscribe();
    await elapse(10);
    lease.checkin();
    expect(served).toEqual(['late failed', 'a', 'quiet', 'b', 'c']);
  });

  it('is not served out of turn when the queue was read back from JSON', async () => {
    const { pool, log, lease, served, wait } = await busyPool();
    for (let i = 0; i < 40; i++) wait(`${i}`, i % 3 === 0 ? quiet : noisy);
    const kept = JSON.parse(JSON.stringify(pool.state)) as PoolStateJson;
    const order = [...replay(log, kept).waiters].map(({ id }) => `${id - 1}`);
    lease.checkin();
    expect(served).toEqual(order);
    expect(JSON.stringify(replay(log, kept))).toBe(JSON.stringify(pool.state));
  });
});

describe('I7 a user with a thousand requests in withConnection', () => {
  interface Call {
    readonly user: string;
    readonly id: number;
  }
  const callsOf = (user: string, length: number): Call[] => Array.from({ length }, (_, id) => ({ user, id }));
  const byUser = ({ user }: Call) => ({ key: user });

  /** Who was served, by the users' initials, when all came at once and the connection was busy. */
  async function servedOf(calls: readonly Call[], checkout: (call: Call) => CheckoutOptions, concurrency: number) {
    const { pool } = await fakePool(one);
    const lease = given(pool.tryCheckout());
    const served = collect(from(calls).pipe(withConnection(pool, (_, call) => of(call), { checkout, concurrency })));
    lease.checkin();
    return served.map(({ user }) => user.charAt(0)).join('');
  }

  it.each([1, 3, Infinity])('keeps nobody else from being served, with %d under way at once', async (concurrency) => {
    const calls = [...callsOf('noisy', 1000), ...callsOf('quiet', 3), ...callsOf('sparse', 2)];
    const served = await servedOf(calls, byUser, concurrency);
    expect(served).toHaveLength(1005);
    // Those that were under way before anybody else came are its own.
    const lead = Number.isFinite(concurrency) ? concurrency : 0;
    expect(served.slice(lead)).toMatch(/^nqsnqsnqn+$/);
  });

  it('comes after those with a higher priority that are held back as well', async () => {
    const calls = [...callsOf('noisy', 10), ...callsOf('quiet', 2)];
    const checkout = ({ user }: Call) => ({ key: user, priority: user === 'quiet' ? 1 : 0 });
    expect(await servedOf(calls, checkout, 1)).toBe('nqqnnnnnnnnn');
  });
});

describe('a queue that is full', () => {
  it('refuses whoever comes, whatever the priority, and nobody who waits loses a place', async () => {
    const { pool, lease, served, wait } = await busyPool({ maxWaiting: 3 });
    for (const name of ['a', 'b', 'c']) wait(name, noisy);
    const refused = [outcomeOf(pool.checkout({ ...quiet, priority: 9 })), outcomeOf(pool.checkout(noisy))];
    expect(refused.map(({ error }) => codeOf(error))).toEqual(['POOL_OVERLOADED', 'POOL_OVERLOADED']);
    lease.checkin();
    expect(served).toEqual(['a', 'b', 'c']);
    expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 2, checkouts: 4 });
  });

  it('takes a higher priority in when somebody has left, and serves it first', async () => {
    const { lease, served, wait } = await busyPool({ maxWaiting: 2 });
    wait('a', noisy);
    wait('b', noisy).unsubscribe();
    wait('urgent', { ...quiet, priority: 9 });
    lease.checkin();
    expect(served).toEqual(['urgent', 'a']);
  });
});
