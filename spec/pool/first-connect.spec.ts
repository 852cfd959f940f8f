import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const slow = { isSlowAtFirst: true, minSize: 1, maxSize: 1 };
const timedOut = (timeoutMs: number | null) => ({ code: 'POOL_CHECKOUT_TIMEOUT', data: { timeoutMs } });

describe('whoever waits for the first connect', () => {
  it('has the time of a connect besides that of a checkout, before it began too', async () => {
    const { pool } = newFakePool({ ...slow, connectTimeoutMs: 30_000 }, { connectMs: 29_999 });
    const first = outcomeOf(pool.checkout());
    await elapse(20_000);
    const second = outcomeOf(pool.checkout());
    await elapse(10_000);
    expect([first.values, second.values]).toEqual([1, 0]);
    first.value?.checkin();
    expect(second.values).toBe(1);
  });

  it('is told the true limit when that is over, by its account as well', async () => {
    const { pool } = await fakePool(
      { ...slow, connectTimeoutMs: 2000, connectBackoff: { minMs: 1, maxMs: 1 } },
      { connectMs: Infinity },
    );
    const waiter = outcomeOf(pool.checkout());
    expect(pool.why({ waiter: 1 })).toMatchObject({
      timeoutMs: 7000,
      because: 'nothing is up yet, a connect is under way',
    });
    await elapse(6999);
    expect(waiter.errors).toBe(0);
    await elapse(1);
    expect(waiter.error).toMatchObject({
      ...timedOut(7000),
      message: expect.stringMatching(/^pool: no connection within 7000 ms/) as string,
    });
  });

  it('goes on waiting when the connect fails and another begins', async () => {
    const { pool, server } = await fakePool(
      { ...slow, connectTimeoutMs: 5000, connectBackoff: { minMs: 1, maxMs: 1 } },
      { connectMs: Infinity },
    );
    const first = outcomeOf(pool.checkout());
    await elapse(4000);
    server.behaviour.connectMs = 4000;
    await elapse(1002);
    // Who comes now waits for the first one that comes up just as well.
    const second = outcomeOf(pool.checkout());
    expect(pool.state).toMatchObject({ connectFailures: 1, connecting: 1 });
    await elapse(4000);
    expect([first.values, first.errors, second.errors]).toEqual([1, 0, 0]);
    await elapse(5999);
    expect(second.errors).toBe(0);
    await elapse(1);
    expect(second.errors).toBe(1);
  });

  it('waits as long as it takes where a connect may', async () => {
    const { pool } = await fakePool({ ...slow, connectTimeoutMs: 0 }, { connectMs: Infinity });
    const waiter = outcomeOf(pool.checkout());
    await elapse(3_600_000);
    expect([waiter.errors, pool.why({ waiter: 1 })?.timeoutMs]).toEqual([0, null]);
  });

  it('has no more than was said for the pool, or for the checkout', async () => {
    const { pool } = await fakePool({ ...slow, checkoutTimeoutMs: 5000 }, { connectMs: Infinity });
    const waiters = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout({ timeoutMs: 300 }))];
    await elapse(300);
    expect(waiters[1]?.error).toMatchObject(timedOut(300));
    await elapse(4700);
    expect(waiters[0]?.error).toMatchObject(timedOut(5000));
  });

  it('has no more where nothing is said of a slow start', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 }, { connectMs: Infinity });
    const waiter = outcomeOf(pool.checkout());
    await elapse(5000);
    expect(waiter.error).toMatchObject(timedOut(5000));
  });

  it('is told at once that connecting is of no use', async () => {
    const notFound = new Error('command not found');
    const { pool } = await fakePool({ ...slow, isPermanent: () => true }, { connectMs: 10, refusal: notFound });
    const waiter = outcomeOf(pool.checkout());
    await elapse(10);
    expect(waiter.error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: notFound });
  });
});

it('gives nobody that time once a connection has come up, were it gone again', async () => {
  const { pool, server } = await fakePool({ ...slow });
  server.behaviour.connectMs = Infinity;
  server.kill({ id: 1 });
  await settle();
  const waiter = outcomeOf(pool.checkout());
  await elapse(5000);
  expect(waiter.error).toMatchObject(timedOut(5000));
});

describe('what a connection says before it is up', () => {
  const saidSoFar = () => 'it has said: 55%';

  it('stands in the account and the error of whoever waits for it', async () => {
    const { pool } = await fakePool({ minSize: 1, saidSoFar, warm: () => new Promise(() => undefined) });
    const waiter = outcomeOf(pool.checkout());
    const because = 'nothing is up yet, a connect is under way (it has said: 55%)';
    expect(pool.why({ waiter: 1 })).toMatchObject({ because });
    await elapse(5000);
    expect(waiter.error).toMatchObject({ message: expect.stringContaining(because) as string });
  });

  it('stands in the error of a connect that took too long', async () => {
    const { pool } = await fakePool({ minSize: 1, saidSoFar, warm: () => new Promise(() => undefined) });
    const ready = expect(pool.ready()).rejects.toThrow('connecting took longer than 10000 ms: it has said: 55%');
    await elapse(10_000);
    await ready;
  });

  it('is nothing where there is no connection yet, or it cannot be told', async () => {
    const throwing = () => {
      throw new Error('nothing to say');
    };
    for (const options of [{ saidSoFar: throwing, warm: () => new Promise(() => undefined) }, { saidSoFar }]) {
      const { pool } = await fakePool({ minSize: 1, ...options }, { connectMs: 'warm' in options ? 0 : Infinity });
      const waiter = outcomeOf(pool.checkout());
      await elapse(5000);
      expect(waiter.error).toMatchObject({ data: { because: 'nothing is up yet, a connect is under way' } });
    }
  });
});
