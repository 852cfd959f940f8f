import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventsInBursts } from '../../lib/dashboard/event-bursts.ts';
import type { PoolEvent } from '../../lib/index.ts';
import { type FakePool, newFakePool } from '../support/fake-pool.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

async function heard(): Promise<FakePool & { events: PoolEvent[]; gaps: string[]; end: () => void }> {
  const opened = newFakePool({ minSize: 2, maxSize: 2 });
  await vi.advanceTimersByTimeAsync(10);
  const [events, gaps]: [PoolEvent[], string[]] = [[], []];
  const subscription = eventsInBursts(opened.pool, {
    begun: () => gaps.push('begun'),
    ended: () => gaps.push('ended'),
    over: () => gaps.push('over'),
  }).subscribe((event) => events.push(event));
  return {
    ...opened,
    events,
    gaps,
    end: () => {
      subscription.unsubscribe();
    },
  };
}

function churn({ pool }: Pick<FakePool, 'pool'>, pairs: number): void {
  for (let i = 0; i < pairs; i++) pool.tryCheckout()?.checkin();
}

describe('events in bursts', () => {
  it('are all events up to 20 000 checkouts a second', async () => {
    const opened = await heard();
    const { pool, events, gaps } = opened;
    const before = pool.state.version;
    for (let i = 0; i < 30; i++) {
      churn(opened, 1900);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => before + 1 + i));
    expect([events.length, gaps]).toEqual([30 * 3800, []]);
    opened.end();
  });

  it('are bursts of a thousand above that, each without a gap, and all of them again below', async () => {
    const opened = await heard();
    const { pool, events, gaps } = opened;
    churn(opened, 20_000);
    expect([events.length, gaps]).toEqual([40_000, ['begun']]);
    for (let i = 0; i < 10; i++) {
      churn(opened, 12_500);
      await vi.advanceTimersByTimeAsync(250);
    }
    // Each of these was heard at the beginning of what came after a rest.
    const bursts = events.slice(40_000);
    expect([bursts.length, gaps.includes('over')]).toEqual([9000, false]);
    for (let i = 0; i < bursts.length; i += 1000) {
      const [first, last] = [bursts[i], bursts[i + 999]];
      expect((last?.version ?? 0) - (first?.version ?? 0)).toBe(999);
    }
    // Less than a burst, and then nothing.
    churn(opened, 400);
    await vi.advanceTimersByTimeAsync(2000);
    expect(gaps.at(-1)).toBe('over');
    const count = events.length;
    churn(opened, 3000);
    expect(events.length).toBe(count + 6000);
    expect(events.at(-1)?.version).toBe(pool.state.version);
    opened.end();
  });

  it('have every event that is not of leases', async () => {
    const opened = await heard();
    const { pool, server, events } = opened;
    churn(opened, 20_000);
    const [victim] = server.alive;
    if (victim !== undefined) server.kill(victim);
    churn(opened, 10_000);
    const types = events.slice(40_000).map(({ type }) => type);
    expect(types).toContain('down');
    expect(types).not.toContain('checkout');
    await pool.close();
    expect(events.at(-1)?.type).toBe('closed');
  });

  it('leave no timer and nothing subscribed to in the middle of a rest', async () => {
    const opened = await heard();
    churn(opened, 20_000);
    const timers = vi.getTimerCount();
    opened.end();
    expect(vi.getTimerCount()).toBe(timers - 1);
    const { length } = opened.events;
    await vi.advanceTimersByTimeAsync(1000);
    churn(opened, 10);
    expect(opened.events.length).toBe(length);
  });
});
