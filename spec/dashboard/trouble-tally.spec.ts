import { describe, expect, it } from 'vitest';
import { TroubleTally } from '../../lib/dashboard/trouble-tally.ts';
import { type BareEvent, checkout, health, leave, logOf, on, up } from '../support/pool-log.ts';

const connectFailed = (error: string, slot = 0): BareEvent => ({ type: 'connectFailed', ...on(slot), error });

function told(...events: BareEvent[]): [count: number, words: string][] {
  const tally = new TroubleTally();
  for (const event of logOf(events)) tally.take(event);
  return tally.after(0).map(({ what, cause, count }) => [count, cause === '' ? what : `${what}: ${cause}`]);
}

describe('trouble tally', () => {
  it('counts by kind, with the newest cause and the first and last time', () => {
    const tally = new TroubleTally();
    const events = [connectFailed('exit code 1, pid 17'), ...up(1), connectFailed('exit code 1, pid 18')];
    for (const event of logOf(events)) tally.take(event);
    expect(tally.after(0)).toEqual([
      {
        id: 1,
        what: 'connect failed',
        cause: 'exit code 1, pid 18',
        count: 2,
        firstAt: 10,
        lastAt: 40,
        version: 4,
      },
    ]);
    expect(tally.after(4)).toEqual([]);
  });

  it('tells what had happened by any instant, exactly or nearly', () => {
    const tally = new TroubleTally();
    const log = logOf([connectFailed('refused'), leave(1, 'timeout'), connectFailed('refused')]);
    for (const event of log) tally.take(event);
    const counts = (at: number): [string, number][] => tally.upTo(at).map(({ what, count }) => [what, count]);
    expect(counts(9)).toEqual([]);
    expect(counts(10)).toEqual([['connect failed', 1]]);
    expect(counts(25)).toEqual([
      ['connect failed', 1],
      ['waited in vain', 1],
    ]);
    expect(counts(30)).toEqual([
      ['waited in vain', 1],
      ['connect failed', 2],
    ]);
    const many = logOf(Array.from({ length: 5000 }, () => connectFailed('refused')));
    const long = new TroubleTally();
    for (const event of many) long.take(event);
    for (const at of [10_000, 30_000, 49_990, 50_000]) {
      const count = long.upTo(at)[0]?.count ?? 0;
      expect(count).toBeLessThanOrEqual(at / 10);
      expect(count).toBeGreaterThan(0.9 * (at / 10));
    }
    expect(long.after(0)[0]?.count).toBe(5000);
  });

  it('tells kinds apart by what happened and why, the newest last', () => {
    expect(
      told(
        connectFailed('refused'),
        health(0, false),
        leave(1, 'timeout'),
        connectFailed('reset'),
        leave(2, 'timeout'),
      ),
    ).toEqual([
      [1, 'connect failed: refused'],
      [1, 'health check failed: no answer'],
      [1, 'connect failed: reset'],
      [2, 'waited in vain: timeout'],
    ]);
  });

  it('ignores what is as it should be', () => {
    const events: BareEvent[] = [
      ...up(0),
      checkout(0),
      health(0, true),
      leave(1, 'cancelled'),
      { type: 'retire', ...on(0), reason: 'idle' },
      { type: 'circuit', circuit: 'closed', retryAt: 0 },
    ];
    expect(told(...events)).toEqual([]);
  });

  it.each<[BareEvent, string]>([
    [{ type: 'retire', ...on(0), reason: 'broken' }, 'connection given up: broken'],
    [{ type: 'down', ...on(0), endpoint: 'a', error: 'reset' }, 'connection died: a: reset'],
    [{ type: 'refuse', reason: 'overloaded' }, 'checkout refused: overloaded'],
    [{ type: 'circuit', circuit: 'open', retryAt: 9 }, 'circuit opened'],
    [{ type: 'leak', ...on(0), lease: 1, heldMs: 2000, stack: 'at serve' }, 'leak: held for 2.00 s\nat serve'],
    [{ type: 'destroy', ...on(0), lease: 1, usedMs: 1, reason: 'full' }, 'connection destroyed: full'],
    [{ type: 'invalidCheckin', lease: 1, reason: 'twice' }, 'lease checked in: twice'],
    [{ type: 'allowance', limit: 1, mode: 'held', epoch: 1, error: 'no answer' }, 'allowance held: no answer'],
    [{ type: 'strategyFailed', error: 'threw' }, 'strategy failed: threw'],
    [{ type: 'endpointsFailed', error: 'no list' }, 'list of endpoints failed: no list'],
    [{ type: 'endpointSetAside', endpoint: 'a', until: 9 }, 'endpoint set aside: a'],
    [{ type: 'resting', endpoint: 'a', until: 9 }, 'the server asked for a pause: a'],
  ])('counts %j', (event, words) => {
    expect(told(event)).toEqual([[1, words]]);
  });

  it('forgets the kind that has not come for longest where there are too many', () => {
    const causes = Array.from({ length: 150 }, (_, i) => 'x'.repeat(i + 1));
    const kept = told(...causes.map((cause) => connectFailed(cause)));
    expect(kept.length).toBe(100);
    expect(kept.at(-1)).toEqual([1, `connect failed: ${'x'.repeat(150)}`]);
  });
});
