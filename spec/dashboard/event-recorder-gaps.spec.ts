import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventRecorder } from '../../lib/dashboard/event-recorder.ts';
import { replay } from '../../lib/index.ts';
import { type FakePool, newFakePool } from '../support/fake-pool.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

function churn({ pool }: Pick<FakePool, 'pool'>, pairs: number): void {
  for (let i = 0; i < pairs; i++) pool.tryCheckout()?.checkin();
}

/** A recorder that hears leases no more, for there were 20 000 of them at once; and the version at which that began. */
async function inGap(): Promise<FakePool & { recorder: EventRecorder; begun: number }> {
  const opened = newFakePool({ minSize: 2, maxSize: 2, checkoutTimeoutMs: 20 });
  await vi.advanceTimersByTimeAsync(10);
  const recorder = new EventRecorder(opened.pool, 50_000);
  recorder.begin();
  churn(opened, 20_000);
  return { ...opened, recorder, begun: opened.pool.state.version };
}

describe('the gaps of an event recorder', () => {
  it('have all that is rare in them, and every trouble, also of who waited in vain', async () => {
    const opened = await inGap();
    const { pool, server, recorder, begun, log } = opened;
    const leases = [pool.tryCheckout(), pool.tryCheckout()];
    pool.checkout().subscribe({ error: () => undefined });
    await vi.advanceTimersByTimeAsync(30);
    leases[0]?.destroy(new Error('the disk is full'));
    leases[1]?.checkin();
    const [victim] = server.alive;
    if (victim !== undefined) server.kill(victim);
    churn(opened, 10_000);
    expect(recorder.isSampling).toBe(true);
    const told = recorder.troublesAfter(begun).map(({ what, count }) => [what, count]);
    expect(told).toEqual([
      ['waited in vain', 1],
      ['connection destroyed', 1],
      ['connection died', 1],
    ]);
    const { list } = recorder.sampleUpTo(pool.state.version);
    expect(list).toEqual(expect.arrayContaining(log.filter(({ type }) => type === 'down' || type === 'destroy')));
    await pool.close();
  });

  it('are shown as they began, and what comes after them as it was', async () => {
    const opened = await inGap();
    const { pool, recorder, begun, log } = opened;
    pool.tryCheckout()?.destroy(new Error('full'));
    churn(opened, 3000);
    await vi.advanceTimersByTimeAsync(50);
    expect(recorder.range(1)?.to).toBe(begun);
    expect(recorder.versionAt(performance.now())).toBe(begun);
    expect(recorder.look(1, begun + 500, 0)).toMatchObject({ state: { version: begun }, event: log[begun - 1] });
    await vi.advanceTimersByTimeAsync(1000);
    // Nothing has happened since the gap, and yet it is known how it ended.
    const { version } = pool.state;
    expect([recorder.range(1)?.to, recorder.versionAt(performance.now())]).toEqual([version, version]);
    const past = recorder.look(1, version, 0);
    expect(past?.state.toJSON()).toEqual(pool.state.toJSON());
    expect(past?.at).toBeGreaterThan((log[begun - 1]?.at ?? 0) + 99);
    await pool.close();
  });

  it('leave every version between them as it was', async () => {
    const opened = await inGap();
    const { pool, recorder, log } = opened;
    for (let i = 0; i < 10; i++) {
      churn(opened, 5000);
      await vi.advanceTimersByTimeAsync(100);
    }
    const { from = 0, to = 0, toAt = 0 } = recorder.range(1) ?? {};
    let whole = 0;
    let before = 0;
    for (let version = from; version <= to; version += 397) {
      const past = recorder.look(1, version, 0);
      const shown = past?.state.version ?? 0;
      expect(past?.state.toJSON()).toEqual(replay(log.slice(0, shown)).toJSON());
      expect(past?.event ?? log[shown - 1]).toEqual(log[shown - 1]);
      expect(shown).toBeLessThanOrEqual(version);
      expect(past?.at).toBeGreaterThanOrEqual(before);
      expect(past?.at).toBeLessThanOrEqual(toAt);
      before = past?.at ?? 0;
      if (shown === version) whole++;
    }
    expect(whole).toBeGreaterThan(20);
    expect(to - from).toBeGreaterThan(100_000);
    await pool.close();
  });

  it('are one step from their beginning to what comes after them', async () => {
    const opened = await inGap();
    const { pool, recorder, begun } = opened;
    churn(opened, 3000);
    await vi.advanceTimersByTimeAsync(1000);
    const next = recorder.versionAfter(begun) ?? 0;
    expect(next).toBeGreaterThanOrEqual(begun + 6000);
    expect(recorder.look(1, next, 0)?.state.version).toBe(next);
    expect(recorder.versionAfter(next - 3000)).toBe(next);
    expect(recorder.versionAfter(pool.state.version)).toBeUndefined();
    await pool.close();
  });

  it('end with the pool', async () => {
    const opened = await inGap();
    const { pool, recorder, log } = opened;
    churn(opened, 3000);
    await pool.close();
    const { to = 0 } = recorder.range(1) ?? {};
    expect([recorder.isSampling, to]).toEqual([false, log.at(-1)?.version]);
    expect(recorder.look(1, to, 0)).toMatchObject({ state: { phase: 'closed' }, event: { type: 'closed' } });
  });
});
