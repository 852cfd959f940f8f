import { firstValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { McpPoolFamilyMetrics } from '../../../lib/mcp/family/family-metrics.ts';
import { fakeFamily } from '../../support/fake-family.ts';
import { collect } from '../../support/listen.ts';
import { given, outcomeOf } from '../../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('the metrics of a family', () => {
  it('have these names, and begin with these values', () => {
    expect(fakeFamily().family.metrics).toEqual({
      openPools: 0,
      closingPools: 0,
      totalPools: 0,
      refusedPools: 0,
      currentSize: 0,
      activeConnections: 0,
      idleConnections: 0,
      waitingCheckouts: 0,
      poolUtilizationPercent: 0,
      totalCheckouts: 0,
      failedCheckouts: 0,
      avgCheckoutTimeUs: 0,
      healthCheckFailures: 0,
      invalidCheckins: 0,
    });
  });

  it('are those of all pools together', async () => {
    const { family } = fakeFamily({}, { maxSize: 1 });
    const [a, b] = [family.for('a'), family.for('b')];
    await settle();
    const lease = given(a.tryCheckout());
    const waiter = outcomeOf(a.checkout());
    expect(family.metrics).toMatchObject({ currentSize: 2, activeConnections: 1, idleConnections: 1 });
    expect(family.metrics).toMatchObject({ waitingCheckouts: 1, poolUtilizationPercent: 50, openPools: 2 });
    await elapse(30);
    lease.checkin();
    given(waiter.value).checkin();
    await b.use(() => [1]);
    expect(family.metrics.totalCheckouts).toBe(3);
    expect(family.metrics.avgCheckoutTimeUs).toBeCloseTo(10_000);
    await family.close();
  });

  it('keep the totals of the pools that were closed', async () => {
    const { family } = fakeFamily({ idleTimeoutMs: 100, metricsWindowMs: 10 }, { checkoutTimeoutMs: 20, maxSize: 1 });
    const windows = collect(family.metrics$);
    for (const principal of ['a', 'b', 'a']) {
      const lease = await firstValueFrom(family.for(principal).checkout());
      outcomeOf(family.for(principal).checkout());
      await elapse(30);
      lease.checkin();
      lease.checkin();
      await elapse(200);
    }
    expect(family.metrics).toMatchObject({ openPools: 0, totalPools: 3, currentSize: 0 });
    expect(family.metrics).toMatchObject({ totalCheckouts: 3, failedCheckouts: 3, invalidCheckins: 3 });
    for (const name of ['totalPools', 'totalCheckouts', 'failedCheckouts', 'invalidCheckins'] as const) {
      const values = windows.map((window) => window[name]);
      expect(values).toEqual([...values].sort((x, y) => x - y));
    }
    await family.close();
  });
});

describe('metrics$', () => {
  it('begins with the present metrics, and tells one window after another', async () => {
    const { family } = fakeFamily();
    const windows = collect(family.metrics$);
    expect(windows).toHaveLength(1);
    await family.for('a').use(() => [1]);
    await elapse(200);
    expect(windows.map(({ totalCheckouts }) => totalCheckouts)).toEqual([0, 1, 1]);
    await family.close();
  });

  it('runs one timer for all who are subscribed, and none when nobody is', async () => {
    const { family } = fakeFamily();
    expect(vi.getTimerCount()).toBe(0);
    const subscriptions = [1, 2, 3].map(() => family.metrics$.subscribe());
    expect(vi.getTimerCount()).toBe(1);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    await family.close();
  });

  it('completes with the last metrics when the family is closed, and tells them to who comes later', async () => {
    const { family } = fakeFamily();
    await family.for('a').use(() => [1]);
    const metrics = outcomeOf(family.metrics$);
    await family.close();
    expect(metrics).toMatchObject({ completions: 1, errors: 0, values: 2 });
    const late: McpPoolFamilyMetrics[] = await firstValueFrom(family.metrics$.pipe(take(5), toArray()));
    expect(late).toEqual([metrics.value]);
    expect(late[0]).toMatchObject({ openPools: 0, closingPools: 0, totalCheckouts: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells nothing but the present and the last where the window is off', async () => {
    const { family } = fakeFamily({ metricsWindowMs: 0 });
    const windows = collect(family.metrics$);
    await elapse(10_000);
    await family.close();
    expect(windows).toHaveLength(2);
  });
});
