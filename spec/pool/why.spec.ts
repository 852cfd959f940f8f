import { map } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolError, type PoolState, leastLoaded, random } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

describe('why a waiter waits', () => {
  it('tells its place, what blocks it and how long that may take', async () => {
    const { pool } = await fakePool(one);
    const first = given(pool.tryCheckout());
    await elapse(40);
    first.checkin();
    const holder = given(pool.tryCheckout());
    outcomeOf(pool.checkout());
    await elapse(5);
    outcomeOf(pool.checkout({ timeoutMs: 300 }));
    await elapse(5);
    const [, second] = [...pool.state.waiters];
    expect(pool.why({ waiter: second?.id ?? 0 })).toEqual({
      waiter: 2,
      place: 2,
      phase: 'waiting',
      because: 'every connection is in use, and there may be no more than 1',
      waitedMs: 5,
      timeoutMs: 300,
      expectedWaitMs: 80,
      size: 1,
      maxSize: 1,
      allowed: 1,
      idle: 0,
      active: 1,
      connecting: 0,
      closing: 0,
      unhealthy: 0,
      withheld: 0,
      restsForMs: null,
      waiting: 2,
      circuit: 'closed',
      connectFailures: 0,
      retryInMs: null,
      lastError: null,
      holders: [{ lease: holder.id, connection: 1, heldMs: 10 }],
    });
  });

  it('tells how connecting fails, and when it is tried again', async () => {
    const options = { ...one, connectBackoff: { minMs: 1000, maxMs: 1000 } };
    const { pool } = await fakePool(options, { refusal: new Error('connect ECONNREFUSED') });
    outcomeOf(pool.checkout());
    const { retryAt } = pool.state;
    expect(pool.why({ waiter: 1 })).toMatchObject({
      phase: 'backing off',
      because: 'nothing is up, and connecting has failed',
      connectFailures: 1,
      retryInMs: retryAt - performance.now(),
      lastError: 'connect ECONNREFUSED',
    });
  });

  it('tells the same in the error of a timeout', async () => {
    const { pool } = await fakePool(one);
    given(pool.tryCheckout());
    const outcomes = [outcomeOf(pool.checkout({ timeoutMs: 0 })), outcomeOf(pool.checkout({ timeoutMs: 50 }))];
    await elapse(49);
    const account = pool.why({ waiter: 2 });
    await elapse(1);
    const { code, data } = outcomes[1]?.error as PoolError<'POOL_CHECKOUT_TIMEOUT'>;
    expect(code).toBe('POOL_CHECKOUT_TIMEOUT');
    expect(data).toEqual({ ...account, waitedMs: 50, holders: [{ lease: 1, connection: 1, heldMs: 50 }] });
  });

  it('knows nothing of who does not wait', async () => {
    const { pool } = await fakePool(one);
    expect(pool.why({ waiter: 1 })).toBeUndefined();
    outcomeOf(pool.checkout());
    outcomeOf(pool.checkout()).leave();
    expect(pool.why({ waiter: 1 })).toBeUndefined();
  });
});

describe('why a lease has its connection', () => {
  it('tells what the strategy chose among, and for how long it is held', async () => {
    const { pool } = await fakePool({ minSize: 3, maxSize: 3 });
    const lease = given(pool.tryCheckout());
    await elapse(20);
    expect(pool.why({ lease: lease.id })).toEqual({
      lease: lease.id,
      connection: 1,
      strategy: 'roundRobin',
      because: 'it was its turn, among 3 that were free',
      waiter: null,
      waitedMs: 0,
      among: 3,
      heldMs: 20,
    });
    lease.checkin();
    expect(pool.why({ lease: lease.id })).toBeUndefined();
  });

  it('tells that it had to wait', async () => {
    const { pool } = await fakePool(one);
    const first = given(pool.tryCheckout());
    const waiting = outcomeOf(pool.checkout());
    await elapse(30);
    first.checkin();
    expect(pool.why({ lease: valueOf(waiting).id })).toMatchObject({
      because: 'it was the only one free after 30 ms in the queue',
      waiter: 1,
      waitedMs: 30,
      among: 1,
    });
  });

  it.each([
    ['leastLoaded', 'it had served least, among 2 that were free', leastLoaded()],
    ['random', 'it was drawn, among 2 that were free', random()],
    ['custom', 'the strategy named it, among 2 that were free', map((state: PoolState) => leastLoaded().choose(state))],
  ])('speaks for the strategy %s', async (name, because, strategy) => {
    const { pool } = await fakePool({ minSize: 2, maxSize: 2, strategy });
    await settle();
    const lease = given(pool.tryCheckout());
    expect(pool.why({ lease: lease.id })).toMatchObject({ strategy: name, because });
  });
});

describe('why a connection is as it is', () => {
  it('tells its leases, each with its reason', async () => {
    const { pool } = await fakePool({ minSize: 2, maxSize: 2 });
    const lease = given(pool.tryCheckout());
    await elapse(7);
    expect(pool.why({ connection: 1 })).toMatchObject({
      connection: 1,
      status: 'active',
      because: 'it is leased',
      leases: [{ lease: lease.id, heldMs: 7, among: 2 }],
    });
    expect(pool.why({ connection: 2 })).toMatchObject({ status: 'idle', leases: [] });
  });

  it('knows nothing of one that is gone', async () => {
    const { pool } = await fakePool(one);
    expect(pool.why({ connection: 9 })).toBeUndefined();
  });
});
