import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolEvent } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, valueOf, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const leaksIn = (log: readonly PoolEvent[]) => log.filter((event) => event.type === 'leak');
const options = { minSize: 2, maxSize: 2, leakAfterMs: 1000, healthCheckIntervalMs: 0, checkoutTimeoutMs: 0 };

describe('leakAfterMs', () => {
  it('reports each lease that is held for longer, once, with the stack of its checkout', async () => {
    const { pool, log } = await fakePool(options);
    const forgetful = () => given(pool.tryCheckout());
    const lease = forgetful();
    await elapse(400);
    const other = given(pool.tryCheckout());
    await elapse(599);
    expect(leaksIn(log)).toEqual([]);
    await elapse(1);
    expect(leaksIn(log)).toMatchObject([{ lease: lease.id, connection: 1, slot: 0, heldMs: 1000 }]);
    expect(leaksIn(log)[0]?.stack).toMatch(/forgetful/);
    await elapse(400);
    expect(leaksIn(log)).toMatchObject([{ lease: lease.id }, { lease: other.id, heldMs: 1000 }]);
    await elapse(10_000);
    expect(leaksIn(log)).toHaveLength(2);
    expect(pool.state).toMatchObject({ leaks: 2, active: 2 });
  });

  it('names who asked, not who gave back, where the checkout had to wait', async () => {
    const { pool, log } = await fakePool({ ...options, minSize: 1, maxSize: 1 });
    const held = given(pool.tryCheckout());
    const patient = () => outcomeOf(pool.checkout());
    const waiting = patient();
    const returning = () => {
      held.checkin();
    };
    returning();
    await elapse(1000);
    expect(leaksIn(log)).toMatchObject([{ lease: valueOf(waiting).id }]);
    expect(leaksIn(log)[0]?.stack).toMatch(/patient/);
    expect(leaksIn(log)[0]?.stack).not.toMatch(/returning/);
  });

  it('says nothing of leases that come back in time', async () => {
    const { pool, log } = await fakePool(options);
    for (let i = 0; i < 20; i++) {
      const lease = given(pool.tryCheckout());
      await elapse(700);
      lease.checkin();
    }
    expect(leaksIn(log)).toEqual([]);
  });

  it('says nothing of a lease that somebody ends when told of another', async () => {
    const { pool, log } = await fakePool({ ...options, minSize: 1, maxSize: 1, maxLeasesPerConnection: 2 });
    const leases = [given(pool.tryCheckout()), given(pool.tryCheckout())];
    listen(pool.events$, ({ type }) => {
      if (type === 'leak') leases.forEach((lease) => lease.destroy());
    });
    await elapse(2000);
    expect(leaksIn(log)).toHaveLength(1);
  });

  it('has no timer while nothing is leased, nor after the end', async () => {
    const { pool } = await fakePool({ ...options, idleTimeoutMs: 0, maxLifetimeMs: 0 });
    expect(vi.getTimerCount()).toBe(0);
    given(pool.tryCheckout());
    expect(vi.getTimerCount()).toBe(1);
    const closed = pool.close({ timeoutMs: 1 });
    await elapse(1);
    await closed;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is off unless it is asked for', async () => {
    const { pool, log } = await fakePool({ minSize: 1 });
    given(pool.tryCheckout());
    await elapse(3_600_000);
    expect(leaksIn(log)).toEqual([]);
  });
});
