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
