import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { collect, listen } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

const reported = reportedErrors();

beforeEach(stopTime);
afterEach(resumeTime);

const failure = new Error('a subscriber of the user');
const fail = () => {
  throw failure;
};

describe('I16 a throwing subscriber is reported by RxJS and changes nothing', () => {
  it.each(['events$', 'state$', 'metrics$'] as const)('of %s', async (stream) => {
    const { pool, log } = await fakePool({ minSize: 2, maxSize: 2, metricsWindowMs: 10 });
    listen<unknown>(pool[stream], fail);
    const states = collect(pool.state$);
    const lease = given(pool.tryCheckout());
    lease.checkin();
    await elapse(20);
    expect(new Set(reported)).toEqual(new Set([failure]));
    expect(pool.state).toMatchObject({ idle: 2, checkouts: 1, checkins: 1 });
    expect(states.map(({ version }) => version)).toEqual([5, 6, 7]);
    expect(log.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('of a checkout, both of its lease and of its error', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, checkoutTimeoutMs: 100 });
    const lease = given(pool.tryCheckout());
    listen(pool.checkout(), fail);
    const second = outcomeOf(pool.checkout());
    lease.checkin();
    expect(pool.state).toMatchObject({ active: 1, waiting: 1 });
    pool.checkout().subscribe({ error: fail });
    await elapse(101);
    expect(second.errors).toBe(1);
    expect(reported).toEqual([failure, failure]);
    expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 2 });
  });

  it('of revoked$', async () => {
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, maxLeasesPerConnection: 2 });
    const [one, two] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
    listen(one.revoked$, fail);
    listen(two.revoked$, fail);
    const other = collect(one.revoked$);
    server.kill(one.connection);
    await elapse(1);
    expect(reported).toEqual([failure, failure]);
    expect(other).toHaveLength(1);
    expect(pool.state).toMatchObject({ lost: 2, idle: 1 });
  });

  it('of use(), which goes on with the next', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    const first = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    first.revoked$.subscribe({ complete: fail });
    first.checkin();
    valueOf(waiter).checkin();
    await elapse(1);
    expect(reported).toEqual([failure]);
    expect(pool.state.idle).toBe(1);
  });
});
