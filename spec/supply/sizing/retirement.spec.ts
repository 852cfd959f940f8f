import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Inbox } from '../../../lib/events/inbox.ts';
import type { PoolEvent } from '../../../lib/events/pool-event.ts';
import { Store } from '../../../lib/state/store.ts';
import { Retirement } from '../../../lib/supply/sizing/retirement.ts';
import { connectingTo, listed, openedWithEndpoints, upAt } from '../../support/endpoint-log.ts';
import { listen } from '../../support/listen.ts';
import { type BareEvent, checkin, checkout, logOf, opened, up, wait } from '../../support/pool-log.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

function retirementOf(events: readonly BareEvent[], maxUses = 0) {
  const store = new Store();
  const inbox = new Inbox(store);
  const send = (...more: BareEvent[]): void => {
    for (const event of logOf(more, store.current.version)) inbox.sendStamped(event);
  };
  send(...events);
  const log: PoolEvent[] = [];
  listen(inbox.committed$, (event) => log.push(event));
  const [close, nudge] = [vi.fn(), vi.fn()];
  const retirement = new Retirement({ store, inbox, options: { maxUses, idleTimeoutMs: 0 }, close, nudge });
  // As the pool's reactions do.
  inbox.follow((event) => {
    if (event.type === 'retire') retirement.retired(event);
  });
  const retired = () => log.flatMap((event) => (event.type === 'retire' ? [[event.slot, event.reason]] : []));
  const closed = () => close.mock.calls.map(([slot]) => slot as number);
  return { retirement, store, send, log, closed, nudge, retired };
}

describe('retire', () => {
  it('closes an idle connection at once', () => {
    const { retirement, closed, retired, nudge, store } = retirementOf([opened(), ...up(0, 1)]);
    retirement.retire(1, 'notice');
    expect([retired(), closed(), store.current.closing]).toEqual([[[1, 'notice']], [1], 1]);
    expect(nudge).toHaveBeenCalledOnce();
  });

  it('closes one in use when its last lease is over', () => {
    const shared = opened({ maxLeasesPerConnection: 2 });
    const { retirement, closed, nudge, send } = retirementOf([shared, ...up(0), checkout(0), checkout(0)]);
    retirement.retire(0, 'maxLifetime');
    expect([closed(), nudge.mock.calls.length]).toEqual([[], 1]);
    send(checkin(0));
    retirement.returned(0);
    expect(closed()).toEqual([]);
    send(checkin(0));
    retirement.returned(0);
    expect(closed()).toEqual([0]);
  });

  it('does nothing twice, nor where there is nothing', () => {
    const { retirement, log, closed } = retirementOf([opened(), ...up(0)]);
    retirement.retire(7, 'notice');
    retirement.returned(7);
    retirement.retire(0, 'notice');
    retirement.retire(0, 'notice');
    expect([log.length, closed()]).toEqual([1, [0]]);
  });
});

describe('returned', () => {
  it.each<[string, (string | number)[][], number, BareEvent[]]>([
    [
      'it was used as often as it may be',
      [[0, 'maxUses']],
      2,
      [...up(0), checkout(0), checkin(0), checkout(0), checkin(0)],
    ],
    ['it may be used once more', [], 3, [...up(0), checkout(0), checkin(0), checkout(0), checkin(0)]],
    ['there is no limit', [], 0, [...up(0), checkout(0), checkin(0)]],
    ['it is one too many', [[0, 'resize']], 0, [...up(0, 1), checkout(0), { type: 'resize', size: 1 }, checkin(0)]],
    ['somebody waits', [], 0, [...up(0, 1), checkout(0), { type: 'resize', size: 1 }, wait(1), checkin(0)]],
  ])('retires the connection; where %s: %j', (_, expected, maxUses, events) => {
    const { retirement, retired } = retirementOf([opened(), ...events], maxUses);
    retirement.returned(0);
    expect(retired()).toEqual(expected);
  });

  const busy = [checkout(0), checkout(1), checkout(2)];

  it.each<[string, (string | number)[][], BareEvent[]]>([
    ['its endpoint has two more than another one', [[0, 'spread']], [...upAt('a', 0, 1, 2), ...busy, checkin(0)]],
    ['its endpoint is not the one', [], [...upAt('b', 0), ...upAt('a', 1, 2, 3), checkout(0), checkin(0)]],
    ['it is as even as can be', [], [...upAt('a', 0, 1), ...upAt('b', 2), ...busy, checkin(0)]],
  ])('has it opened elsewhere; where %s: %j', (_, expected, events) => {
    const { retirement, retired } = retirementOf([openedWithEndpoints(), ...listed('a', 'b'), ...events]);
    retirement.returned(0);
    expect(retired()).toEqual(expected);
  });

  it('leaves a shared one where it is while others have it', () => {
    const shared = openedWithEndpoints({ maxLeasesPerConnection: 2 });
    const events = [shared, ...listed('a', 'b'), ...upAt('a', 0, 1), checkout(0), checkout(0), checkin(0)];
    const { retirement, retired } = retirementOf(events);
    retirement.returned(0);
    expect(retired()).toEqual([]);
  });
});

describe('retireAll', () => {
  const events = [openedWithEndpoints(), ...listed('a', 'b'), ...upAt('a', 0, 1), ...upAt('b', 2)];

  it('has those of the endpoints go: idle ones at once, used ones later, and what is connecting is given up', () => {
    const { retirement, retired, closed } = retirementOf([...events, checkout(1), connectingTo('a', 3)]);
    retirement.retireAll('endpoint', new Set(['a', 'x']));
    expect([retired(), closed()]).toEqual([
      [
        [0, 'endpoint'],
        [1, 'endpoint'],
      ],
      [0, 3],
    ]);
  });

  it('has all go when the pool is being closed', () => {
    const { retirement, retired, closed } = retirementOf([...events, connectingTo('b', 3)]);
    retirement.retireAll('drain');
    expect([retired().map(([slot]) => slot), closed()]).toEqual([
      [0, 1, 2],
      [0, 1, 2, 3],
    ]);
  });
});

describe('retireSurplus', () => {
  it('closes what a resize left over', () => {
    const { retirement, retired } = retirementOf([opened(), ...up(0, 1, 2), { type: 'resize', size: 1 }]);
    retirement.retireSurplus();
    expect(retired()).toEqual([
      [1, 'resize'],
      [2, 'resize'],
    ]);
  });

  it('has one idle connection opened elsewhere, one at a time', () => {
    const { retirement, retired } = retirementOf([
      openedWithEndpoints(),
      ...listed('a', 'b'),
      ...upAt('a', 0, 1, 2, 3),
    ]);
    retirement.retireSurplus();
    retirement.retireSurplus();
    expect(retired()).toEqual([[0, 'spread']]);
  });

  it('leaves those of a pool without endpoints alone', () => {
    const { retirement, log } = retirementOf([opened(), ...up(0, 1, 2)]);
    retirement.retireSurplus();
    expect(log).toEqual([]);
  });
});

describe('sweep', () => {
  it('closes what nobody needed for the whole interval, and begins the next one', () => {
    const { retirement, retired, log } = retirementOf([opened(), ...up(0, 1)]);
    for (let i = 0; i < 5; i++) retirement.sweep();
    expect(retired()).toEqual([
      [0, 'idle'],
      [1, 'idle'],
    ]);
    expect(log.filter(({ type }) => type === 'sweep')).toHaveLength(5);
  });
});
