import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('metrics', () => {
  it('have these names, and begin with these values', async () => {
    const { pool } = await fakePool({ minSize: 4, maxSize: 8 });
    const nothing = { count: 0, rate: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
    const latencies = { waitTimeUs: nothing, useTimeUs: nothing, connectTimeUs: nothing, healthCheckTimeUs: nothing };
    expect(pool.metrics).toEqual({
      totalCheckouts: 0,
      activeConnections: 0,
      idleConnections: 4,
      failedCheckouts: 0,
      avgCheckoutTimeUs: 0,
      poolUtilizationPercent: 0,
      healthCheckFailures: 0,
      currentSize: 4,
      maxSize: 8,
      allowedConnections: 8,
      strategy: 'roundRobin',
      connectingConnections: 0,
      closingConnections: 0,
      unhealthyConnections: 0,
      waitingCheckouts: 0,
      invalidCheckins: 0,
      checkoutsPerSecond: 0,
      ...latencies,
      sliding: [1000, 10_000, 60_000].map((windowMs) => ({ windowMs, checkoutsPerSecond: 0, ...latencies })),
      endpoints: [],
    });
  });

  it('tell the utilization as a share of the present size', async () => {
    const { pool } = await fakePool({ minSize: 4, maxSize: 8 });
    given(pool.tryCheckout());
    expect(pool.metrics).toMatchObject({ poolUtilizationPercent: 25, activeConnections: 1, idleConnections: 3 });
  });

  it('tell a utilization of 0 when the pool is empty', async () => {
    const { pool } = await fakePool({ minSize: 0 });
    expect(pool.metrics).toMatchObject({ poolUtilizationPercent: 0, currentSize: 0 });
  });

  it('are current when nobody subscribes, and start no timer for it', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    expect(pool.metrics).toMatchObject({ totalCheckouts: 1, waitingCheckouts: 1 });
    await elapse(5000);
    expect(waiter.errors).toBe(1);
    expect(pool.metrics).toMatchObject({ waitingCheckouts: 0, failedCheckouts: 1, checkoutsPerSecond: 0 });
  });

  it('tell the mean wait of all checkouts in microseconds', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    const lease = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    await elapse(30);
    lease.checkin();
    valueOf(waiter).checkin();
    expect(pool.metrics.avgCheckoutTimeUs).toBeCloseTo(15_000);
  });

  it('I14 count what failed, but not who left or found nothing', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, maxWaiting: 1 });
    given(pool.tryCheckout());
    expect(pool.tryCheckout()).toBeUndefined();
    outcomeOf(pool.checkout()).leave();
    expect(pool.metrics.failedCheckouts).toBe(0);
    outcomeOf(pool.checkout());
    outcomeOf(pool.checkout());
    expect(pool.metrics.failedCheckouts).toBe(1);
    await elapse(5000);
    expect(pool.metrics.failedCheckouts).toBe(2);
    outcomeOf(pool.checkout());
    const closed = pool.close({ timeoutMs: 1 });
    outcomeOf(pool.checkout());
    expect(pool.metrics.failedCheckouts).toBe(4);
    await elapse(1);
    await closed;
  });
});

describe('metrics$', () => {
  it('begins with the present metrics and tells one window after another', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, metricsWindowMs: 200 });
    const windows = collect(pool.metrics$);
    expect(windows).toHaveLength(1);
    for (const heldMs of [10, 20, 30]) {
      const lease = given(pool.tryCheckout());
      await elapse(heldMs);
      lease.checkin();
    }
    await elapse(140);
    expect(windows).toHaveLength(2);
    expect(windows[1]).toMatchObject({ totalCheckouts: 3, checkoutsPerSecond: 15, waitTimeUs: { max: 0 } });
    expect(windows[1]?.useTimeUs).toMatchObject({ max: 30_000 });
    expect(Math.abs((windows[1]?.useTimeUs.p50 ?? 0) / 20_000 - 1)).toBeLessThan(1 / 1024);
    await elapse(200);
    expect(windows[2]).toMatchObject({ totalCheckouts: 3, checkoutsPerSecond: 0, useTimeUs: { max: 0 } });
  });

  it('gives the last window to who comes later', async () => {
    const { pool } = await fakePool({ minSize: 1, metricsWindowMs: 200 });
    collect(pool.metrics$);
    await pool.use(() => [1]);
    await elapse(250);
    expect(collect(pool.metrics$)[0]?.checkoutsPerSecond).toBe(5);
    expect(pool.metrics.checkoutsPerSecond).toBe(5);
  });

  it('completes with the pool, and leaves no timer', async () => {
    const { pool } = await fakePool({ minSize: 1 });
    const metrics = outcomeOf(pool.metrics$);
    await pool.close();
    expect(metrics).toMatchObject({ completions: 1, errors: 0, value: { currentSize: 0, idleConnections: 0 } });
  });
});

describe('watch()', () => {
  it('gives the latest metrics to a for await, and ends with the pool', async () => {
    const { pool } = await fakePool({ minSize: 1, metricsWindowMs: 100 });
    const totals: number[] = [];
    const watching = (async () => {
      for await (const { totalCheckouts } of pool.watch()) totals.push(totalCheckouts);
    })();
    await settle();
    for (let i = 0; i < 3; i++) {
      await pool.use(() => [1]);
      await elapse(100);
    }
    await pool.close();
    await watching;
    expect(totals.slice(0, 4)).toEqual([0, 1, 2, 3]);
  });

  it('stops measuring when the loop is left', async () => {
    const { pool } = await fakePool({ minSize: 1, metricsWindowMs: 100 });
    const watching = (async () => {
      for await (const { totalCheckouts } of pool.watch()) if (totalCheckouts > 0) break;
    })();
    await settle();
    await pool.use(() => [1]);
    await elapse(100);
    await watching;
    expect(pool.metrics.checkoutsPerSecond).toBe(0);
  });
});

describe('pressure and capacity', () => {
  it('can be read without a subscription, and are what their streams emit', async () => {
    const { pool } = await fakePool({ minSize: 2, maxSize: 2, maxWaiting: 2 });
    expect([pool.pressure, pool.capacity]).toEqual([0, 2]);
    given(pool.tryCheckout());
    expect([pool.pressure, pool.capacity]).toEqual([0.25, 1]);
    given(pool.tryCheckout());
    const waiting = outcomeOf(pool.checkout());
    expect([pool.pressure, pool.capacity]).toEqual([0.75, 0]);
    expect([collect(pool.pressure$), collect(pool.capacity$)]).toEqual([[0.75], [0]]);
    waiting.leave();
  });
});
