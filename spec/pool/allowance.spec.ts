import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolError, replay } from '../../lib/index.ts';
import { allowedPool } from '../support/allowed-pool.ts';
import { codeOf, given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('before the first grant', () => {
  it('nothing is allowed and nothing is opened, but told what is wanted', async () => {
    const { pool, server, allowance } = await allowedPool(undefined, { minSize: 3 });
    expect(pool.state).toMatchObject({ allowed: 0, allowedBy: null, size: 0, maxSize: 10 });
    expect(server.connectedAt).toEqual([]);
    expect([allowance.opened, allowance.wishes]).toEqual([['tools'], [[3, 0]]]);
  });

  it('a checkout waits, and is what is wanted', async () => {
    const { pool, allowance } = await allowedPool(undefined);
    const outcome = outcomeOf(pool.checkout());
    await settle();
    expect([allowance.wishes, pool.why({ waiter: 1 })?.because]).toEqual([
      [[1, 0]],
      'nothing is up, and 0 of 10 are allowed by the bound that it shares with other pools or machines',
    ]);
    allowance.grant(1);
    await settle();
    expect(valueOf(outcome).connection.id).toBe(1);
  });

  it('ready() waits, and where nothing is kept it does not', async () => {
    const { pool, allowance } = await allowedPool(undefined, { minSize: 3 });
    const isReady = watchPromise(pool.ready());
    await settle();
    expect(isReady()).toBe(false);
    allowance.grant(2);
    await settle();
    expect([isReady(), pool.state.size]).toEqual([true, 2]);
    await expect((await allowedPool(undefined)).pool.ready()).resolves.toBeUndefined();
  });
});

describe('what is allowed', () => {
  it('bounds how many connections are opened, for the floor and for the queue', async () => {
    const { pool, allowance } = await allowedPool(2, { minSize: 3 });
    for (let i = 0; i < 5; i++) outcomeOf(pool.checkout());
    await settle();
    expect(pool.state).toMatchObject({ size: 2, active: 2, waiting: 3, allowed: 2, allowedBy: 'granted', floor: 3 });
    expect(allowance.wishes.at(-1)).toEqual([5, 2]);
    allowance.grant(4);
    await settle();
    expect(pool.state).toMatchObject({ size: 4, waiting: 1, allowed: 4 });
  });

  it('is never more than maxSize', async () => {
    const { pool, log, allowance } = await allowedPool(99, { minSize: 10 });
    expect(pool.state).toMatchObject({ size: 10, allowed: 10 });
    allowance.grant(Infinity, 'held');
    expect(log.filter(({ type }) => type === 'allowance')).toMatchObject([
      { limit: 10, mode: 'granted', epoch: 1 },
      { limit: 10, mode: 'held', epoch: 1 },
    ]);
  });

  it('is told once, not each time it is granted again', async () => {
    const { log, allowance } = await allowedPool(5);
    allowance.grant(5);
    allowance.grant(5, 'granted', 2);
    expect(log.filter(({ type }) => type === 'allowance')).toHaveLength(2);
  });

  it('stands in the metrics and in the state that replay makes', async () => {
    const { pool, log, allowance } = await allowedPool(5, { minSize: 4 });
    allowance.grant(3, 'shrunk');
    await settle();
    expect(pool.metrics).toMatchObject({ maxSize: 10, allowedConnections: 3 });
    expect(JSON.stringify(replay(log))).toBe(JSON.stringify(pool.state));
    const stored = JSON.parse(JSON.stringify(pool.state.toJSON())) as ReturnType<typeof pool.state.toJSON>;
    expect(replay([], stored)).toMatchObject({ allowed: 3, allowedBy: 'shrunk' });
  });

  it('is what pressure is measured by', async () => {
    const { pool } = await allowedPool(4);
    outcomeOf(pool.checkout());
    await settle();
    expect(pool.pressure).toBe(0.125);
  });

  it('stands in why, and in the error of a timeout', async () => {
    const { pool, allowance } = await allowedPool(7);
    const outcomes = Array.from({ length: 8 }, () => outcomeOf(pool.checkout({ timeoutMs: 50 })));
    await elapse(10);
    expect(pool.why({ waiter: 8 })).toMatchObject({
      because:
        'every connection is in use, and 7 of 10 are allowed by the bound that it shares with other pools or machines',
      maxSize: 10,
      allowed: 7,
    });
    allowance.grant(7, 'held');
    expect(pool.why({ waiter: 8 })?.because).toBe(
      'every connection is in use, and 7 of 10 are allowed by the bound that it shares with other pools or machines (held)',
    );
    await elapse(40);
    const error = outcomes[7]?.error as PoolError;
    expect(codeOf(error)).toBe('POOL_CHECKOUT_TIMEOUT');
    expect(error.message).toContain(
      'and 7 of 10 are allowed by the bound that it shares with other pools or machines (held); 7 of 7 in use (at most 7 of 10)',
    );
  });

  it('has one checkout ask for more, where others may not wait', async () => {
    const { pool, allowance } = await allowedPool(undefined, { maxWaiting: 0 });
    const outcomes = [1, 2].map(() => outcomeOf(pool.checkout()));
    expect(outcomes.map(({ error }) => codeOf(error))).toEqual([undefined, 'POOL_OVERLOADED']);
    await settle();
    allowance.grant(1);
    await settle();
    valueOf(outcomes[0] ?? outcomeOf(pool.checkout()));
  });
});

describe('what is wanted', () => {
  it('is what there is, and what the queue justifies later', async () => {
    const { pool, allowance } = await allowedPool(undefined);
    pool.use(() => new Promise((resolve) => setTimeout(resolve, 10))).catch(() => undefined);
    await settle();
    allowance.grant(1);
    await elapse(200);
    const lease = given(pool.tryCheckout());
    // One that will be back soon is waited for, before more are asked for.
    outcomeOf(pool.checkout());
    expect(allowance.wishes).toEqual([
      [1, 0],
      [1, 1],
    ]);
    await elapse(200);
    expect(allowance.wishes.at(-1)).toEqual([2, 1]);
    lease.checkin();
  });

  it('is told with what is held until that is gone, also of what has died', async () => {
    const { pool, server, allowance } = await allowedPool(2, { minSize: 2, maxSize: 2 }, 30);
    expect(allowance.wishes).toEqual([[2, 2]]);
    server.kill(server.connection(1));
    await elapse(29);
    // It takes up its place though the state has forgotten it.
    expect([pool.state.size, server.connections.length]).toEqual([1, 2]);
    await elapse(1);
    expect([pool.state.size, server.connections.length]).toEqual([2, 3]);
    expect(allowance.wishes.at(-1)).toEqual([2, 2]);
  });

  it('is nothing once the pool is being closed; the share ends when nothing is left', async () => {
    const { pool, allowance } = await allowedPool(2, { minSize: 2 }, 20);
    const lease = given(pool.tryCheckout());
    const closed = pool.close();
    await elapse(20);
    expect([allowance.wishes.at(-1), allowance.closes]).toEqual([[0, 1], 0]);
    lease.checkin();
    await elapse(20);
    await closed;
    expect([allowance.wishes.at(-1), allowance.closes]).toEqual([[0, 0], 1]);
    expect(allowance.isFollowed).toBe(false);
  });

  it('is not told, and the share ends, where the pool is closed before it has anything', async () => {
    const { pool, allowance } = await allowedPool(undefined);
    await pool.close();
    expect([allowance.wishes, allowance.closes]).toEqual([[], 1]);
  });
});
