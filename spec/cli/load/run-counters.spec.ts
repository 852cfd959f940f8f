import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lib/cli/load/sending.ts';
import { RunCounters } from '../../../lib/cli/load/run-counters.ts';
import { metrics } from '../samples.ts';

const plan = { mode: 'with pool', clients: 2, durationMs: 1000, requests: undefined } as const;
const answered = (ms: number): Outcome => ({ ms, failure: undefined });
const failed = (code: string, message: string): Outcome => ({ ms: undefined, failure: { code, message } });

describe('a tally', () => {
  it('has no length before the first request', () => {
    const tally = new RunCounters(plan);
    tally.second(metrics);
    expect(tally.sample(metrics, 500)).toMatchObject({ stage: 'opening', elapsedMs: 0, progress: 0, seconds: 0 });
    tally.end(500);
    expect(tally.sample(metrics, 900)).toMatchObject({ stage: 'done', elapsedMs: 0, requestsPerSecond: 0 });
  });

  it('counts what succeeded in a second, over the whole run', () => {
    const tally = new RunCounters(plan);
    tally.begin(1000);
    for (const ms of [1, 2, 3]) tally.note(answered(ms));
    tally.note(failed('A', 'first'));
    tally.connectionOpened();
    const sample = tally.sample(metrics, 1500);
    expect(sample).toMatchObject({
      stage: 'running',
      elapsedMs: 500,
      progress: 0.5,
      leftMs: 500,
      requests: 4,
      failed: 1,
    });
    expect(sample).toMatchObject({ requestsPerSecond: 6, connectionsOpened: 1, latencyUs: { max: 3000 } });
  });

  it('stops the clock at the last answer', () => {
    const tally = new RunCounters(plan);
    tally.begin(1000);
    tally.ending();
    expect(tally.sample(metrics, 2500)).toMatchObject({ stage: 'ending', elapsedMs: 1500, progress: 1, leftMs: 0 });
    tally.end(2600);
    expect(tally.sample(metrics, 9000)).toMatchObject({ stage: 'done', elapsedMs: 1600 });
  });

  it('tells the last second from the whole, and keeps a minute', () => {
    const tally = new RunCounters(plan);
    tally.begin(0);
    tally.note(answered(8));
    tally.second({ ...metrics, checkoutsPerSecond: 0 });
    expect(tally.sample(metrics, 1).recentLatencyUs.max).toBe(8000);
    for (let second = 1; second <= 60; second++) tally.second({ ...metrics, checkoutsPerSecond: second });
    const { recentLatencyUs, latencyUs, perSecond, seconds } = tally.sample(metrics, 1);
    expect([recentLatencyUs.max, latencyUs.max, perSecond.length, perSecond[0], seconds]).toEqual([0, 8000, 60, 1, 61]);
  });

  it('groups failures by code, the most frequent first, with the first message', () => {
    const tally = new RunCounters({ ...plan, durationMs: undefined, requests: 4 });
    tally.begin(0);
    for (const message of ['one', 'two', 'three']) tally.note(failed(message === 'one' ? 'A' : 'B', message));
    expect(tally.sample(metrics, 1)).toMatchObject({
      failures: [
        { code: 'B', count: 2, message: 'two' },
        { code: 'A', count: 1, message: 'one' },
      ],
      progress: 0.75,
      leftMs: undefined,
    });
  });
});
