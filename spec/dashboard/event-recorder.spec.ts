import { afterEach, describe, expect, it, vi } from 'vitest';
import { EventRecorder } from '../../lib/dashboard/event-recorder.ts';
import { type PoolState, replay } from '../../lib/index.ts';
import { countedPool } from '../support/watched-pool.ts';
import { type FakePool, fakePool, newFakePool } from '../support/fake-pool.ts';

function churn({ pool }: FakePool, pairs: number): void {
  for (let i = 0; i < pairs; i++) pool.tryCheckout()?.checkin();
}

async function recorded(mostEvents: number): Promise<FakePool & { recorder: EventRecorder }> {
  const opened = await fakePool({ minSize: 3, maxSize: 3 });
  const recorder = new EventRecorder(opened.pool, mostEvents);
  recorder.begin();
  return { ...opened, recorder };
}

describe('event recorder', () => {
  it('shows every version that it keeps as the replay of the log does', async () => {
    const opened = await recorded(10_000);
    const { recorder, log } = opened;
    churn(opened, 2500);
    const range = recorder.range(1);
    for (let version = range?.from ?? 0; version <= (range?.to ?? 0); version += 97) {
      const past = recorder.look(1, version, 0);
      expect(past?.state.toJSON()).toEqual(replay(log.slice(0, version)).toJSON());
      if (version > (range?.from ?? 0)) expect(past?.event).toEqual(log[version - 1]);
    }
    expect(range).toMatchObject({ to: opened.pool.state.version });
  });

  it('keeps no more than it may, and as much as that', async () => {
    const opened = await recorded(4000);
    churn(opened, 10_000);
    const { from, to } = opened.recorder.range(1) ?? { from: 0, to: 0 };
    expect(to - from).toBeGreaterThanOrEqual(4000);
    expect(to - from).toBeLessThan(6100);
  });

  it('shows the nearest version of one that it does not keep', async () => {
    const opened = await recorded(2000);
    churn(opened, 5000);
    const { from, to } = opened.recorder.range(1) ?? { from: 0, to: 0 };
    expect(opened.recorder.look(1, 1, 0)).toMatchObject({ state: { version: from }, event: undefined });
    expect(opened.recorder.look(1, to + 100, 0)?.state.version).toBe(to);
  });

  it('keeps the past that somebody looks at for a minute after the last look', async () => {
    const opened = await recorded(2000);
    const { recorder } = opened;
    churn(opened, 2000);
    const { from = 0, to = 0 } = recorder.range(1) ?? {};
    expect(recorder.look(1, from, 0)?.state.version).toBe(from);
    churn(opened, 10_000);
    recorder.sweep(59_000);
    expect(recorder.look(1, from, 59_000)?.state.version).toBe(from);
    recorder.sweep(100_000);
    const held = recorder.look(1, from, 59_000);
    expect([held?.state.version, held?.range.to]).toEqual([from, to]);
    recorder.sweep(119_001);
    expect(recorder.look(1, from, 119_001)?.state.version).toBeGreaterThan(from);
  });

  it('has no gap where events are sent while one is told', async () => {
    const opened = await fakePool({ minSize: 3, maxSize: 3 });
    const { pool, log } = opened;
    // Subscribed before the recorder: what it sends is in the state before the recorder has heard of the event.
    let nested = 6000;
    pool.events$.subscribe(({ type }) => {
      if (type === 'checkin' && nested-- > 0) pool.tryCheckout()?.checkin();
    });
    const recorder = new EventRecorder(pool, 100_000);
    recorder.begin();
    churn(opened, 3);
    const states: PoolState[] = [];
    for (let version = 2000; version < pool.state.version; version += 333) {
      const past = recorder.look(1, version, 0);
      if (past !== undefined) states.push(past.state);
    }
    // Where one segment ends and the next begins.
    const { from = 0 } = recorder.range(1) ?? {};
    for (let version = from + 1990; version < from + 2020; version++) {
      const past = recorder.look(1, version, 0);
      expect([past?.state.version, past?.event]).toEqual([version, log[version - 1]]);
    }
    expect(states.length).toBeGreaterThan(20);
    for (const state of states) expect(state.toJSON()).toEqual(replay(log.slice(0, state.version)).toJSON());
  });

  it('keeps what is rare among any number of checkouts, and counts what went wrong', async () => {
    const opened = await recorded(2000);
    const { recorder, pool, log } = opened;
    pool.tryCheckout()?.destroy(new Error('the disk is full'));
    churn(opened, 10_000);
    const { from = 0 } = recorder.range(1) ?? {};
    const [trouble] = recorder.troublesAfter(0);
    expect(trouble).toMatchObject({ what: 'connection destroyed', count: 1 });
    expect(trouble?.version).toBeLessThan(from);
    const { list } = recorder.sampleUpTo(pool.state.version);
    expect(list).toContainEqual(log.find(({ type }) => type === 'destroy'));
    expect(list.filter(({ type }) => type === 'checkin').length).toBeGreaterThan(5);
    recorder.end();
    expect([recorder.sampleUpTo(Infinity).list, recorder.troublesAfter(0).length]).toEqual([[], 1]);
  });

  it('forgets everything, and is subscribed to nothing, when it ends', async () => {
    const opened = await fakePool({ minSize: 1, maxSize: 1 });
    const { pool, subscriptions } = countedPool(opened.pool);
    const recorder = new EventRecorder(pool, 100);
    recorder.begin();
    recorder.begin();
    expect(subscriptions()).toBe(1);
    recorder.end();
    expect([subscriptions(), recorder.range(1), recorder.look(1, 1, 0)]).toEqual([0, undefined, undefined]);
  });
});

describe('event recorder of more than it may record', () => {
  afterEach(() => vi.useRealTimers());

  it('shows bursts as the replay of the log does, and of a gap how it began', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'performance'] });
    const opened = newFakePool({ minSize: 3, maxSize: 3 });
    await vi.advanceTimersByTimeAsync(10);
    const { pool, server, log } = opened;
    const recorder = new EventRecorder(pool, 100_000);
    recorder.begin();
    churn(opened, 20_000);
    const gapFrom = pool.state.version;
    expect(recorder.isSampling).toBe(true);
    const [victim] = server.alive;
    if (victim !== undefined) server.kill(victim);
    churn(opened, 5000);
    await vi.advanceTimersByTimeAsync(250);
    const burstFrom = pool.state.version;
    churn(opened, 5000);
    const stateAt = (version: number): unknown => recorder.look(1, version, 0)?.state.toJSON();
    for (const version of [gapFrom - 500, gapFrom, burstFrom, burstFrom + 1, burstFrom + 999, burstFrom + 1000]) {
      expect(stateAt(version)).toEqual(replay(log.slice(0, version)).toJSON());
    }
    expect(recorder.look(1, burstFrom + 1, 0)?.event).toEqual(log[burstFrom]);
    expect(stateAt(gapFrom + 2000)).toEqual(replay(log.slice(0, gapFrom)).toJSON());
    // What is rare is among the newest, in its place, and nothing else of the gap.
    const [newest, ...others] = [...recorder.newestAfter(gapFrom)].map(({ type, version }) => ({ type, version }));
    expect(newest?.version).toBe(burstFrom + 1000);
    const inGap = others.filter(({ version }) => version <= burstFrom).map(({ type }) => type);
    expect(inGap).toContain('down');
    expect(inGap).not.toContain('checkin');
    expect(recorder.range(1)).toMatchObject({ to: burstFrom + 1000 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(recorder.isSampling).toBe(false);
    recorder.end();
  });
});
