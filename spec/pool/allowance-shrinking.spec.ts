import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolEvent } from '../../lib/index.ts';
import { allowedPool } from '../support/allowed-pool.ts';
import { newFakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { ScriptedAllowance } from '../support/scripted-allowance.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const retired = (log: readonly PoolEvent[]) =>
  log.flatMap((event) => (event.type === 'retire' ? [[event.connection, event.reason]] : []));

describe('when less is allowed than there are', () => {
  it('closes idle ones at once, those unused for longest first, though somebody may wait', async () => {
    const { pool, server, log, allowance } = await allowedPool(4, { minSize: 4 });
    await elapse(10);
    given(pool.tryCheckout()).checkin();
    allowance.grant(1);
    await settle();
    expect(retired(log)).toEqual([2, 3, 4].map((id) => [id, 'allowance']));
    expect(server.alive.map(({ id }) => id)).toEqual([1]);
  });

  it('cuts nothing off: what is leased is closed when it comes back', async () => {
    const { pool, server, allowance } = await allowedPool(3, { minSize: 3 });
    const leases = [1, 2, 3].map(() => given(pool.tryCheckout()));
    const waiter = outcomeOf(pool.checkout());
    await elapse(1);
    allowance.grant(1);
    await settle();
    expect([pool.state.active, pool.state.closing, server.alive.length]).toEqual([1, 2, 3]);
    for (const lease of leases.slice(0, 2)) lease.checkin();
    await settle();
    expect([server.alive.length, waiter.values]).toEqual([1, 0]);
    leases[2]?.checkin();
    expect(waiter.values).toBe(1);
  });

  it('lets connects under way come up, in place of others', async () => {
    const allowance = new ScriptedAllowance(4);
    const { pool, server } = newFakePool({ minSize: 4, maxSize: 10, maxConnecting: 2, allowance }, { connectMs: 10 });
    await elapse(15);
    expect(pool.state).toMatchObject({ idle: 2, connecting: 2 });
    allowance.grant(2);
    await elapse(10);
    expect(server.alive.map(({ id }) => id)).toEqual([3, 4]);
    allowance.grant(0);
    await elapse(10);
    expect(pool.state.size).toBe(0);
  });

  it('stays below its floor, and reaches it again when more are allowed', async () => {
    const { pool, allowance } = await allowedPool(3, { minSize: 3 });
    allowance.grant(1);
    await settle();
    expect(pool.state).toMatchObject({ size: 1, floor: 3 });
    expect(allowance.wishes.at(-1)).toEqual([3, 1]);
    allowance.grant(3);
    await settle();
    expect(pool.state.size).toBe(3);
  });

  it('resizes within what is allowed', async () => {
    const { pool, allowance } = await allowedPool(3, { minSize: 1 });
    pool.resize(5);
    await settle();
    expect([pool.state.size, allowance.wishes.at(-1)]).toEqual([3, [5, 3]]);
    pool.resize(2);
    await settle();
    expect([pool.state.size, allowance.wishes.at(-1)]).toEqual([2, [2, 2]]);
  });

  it('sets no timer while only a grant would help', async () => {
    const off = { healthCheckIntervalMs: 0, idleTimeoutMs: 0, checkoutTimeoutMs: 0, maxLifetimeMs: 0 };
    const { pool, allowance } = await allowedPool(1, off);
    const outcomes = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
    await elapse(1000);
    expect([outcomes.map(({ values }) => values), allowance.wishes.at(-1)]).toEqual([
      [1, 0, 0],
      [3, 1],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
