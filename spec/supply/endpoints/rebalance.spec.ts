import { describe, expect, it } from 'vitest';
import { isCrowded, misplaced, spreadAgainAt } from '../../../lib/supply/endpoints/rebalance.ts';
import {
  back,
  connectingTo,
  failuresOf,
  listed,
  openedWithEndpoints,
  setAside,
  unlisted,
  upAt,
} from '../../support/endpoint-log.ts';
import { type BareEvent, checkout, on, stateAfter } from '../../support/pool-log.ts';
import type { PoolState } from '../../../lib/state/pool-state.ts';

const spread: BareEvent = { type: 'retire', ...on(0), reason: 'spread' };
const healthy: BareEvent = { type: 'health', ...on(9), healthy: true, error: '' };

const noon = 500;

/** The endpoints from which a connection would be taken. */
function crowded(state: PoolState, now: number): string | undefined {
  const ids = state.endpoints.filter((endpoint) => isCrowded(state, endpoint, now)).map(({ id }) => id);
  // An idle one would be taken from the one that has most.
  const { endpoint = ids[0] } = misplaced(state, now) ?? {};
  return ids.length > 1 ? ids.join() : endpoint;
}

/** A pool with a floor of 3, `a` with three connections and `b` without any. */
function uneven(...events: BareEvent[]) {
  return stateAfter(openedWithEndpoints({ minSize: 3 }), ...listed('a', 'b'), ...upAt('a', 0, 1, 2), ...events);
}

describe('crowded', () => {
  it.each<[string, string | undefined, BareEvent[]]>([
    ['one has three more', 'a', []],
    ['one has two more', 'a', upAt('b', 3)],
    ['one has one more', undefined, upAt('b', 3, 4)],
    ['two have two more', 'a,c', [...listed('c'), ...upAt('c', 3, 4, 5, 6)]],
    ['a third one has two more', 'c', [...listed('c'), ...upAt('b', 7, 8), ...upAt('c', 3, 4, 5, 6)]],
    ['something is connecting', undefined, [connectingTo('a', 3)]],
    ['one is on its way elsewhere', undefined, [...upAt('a', 3), spread]],
    ['the floor is not reached', undefined, [{ type: 'resize', size: 4 }]],
    ['the circuit is open', undefined, [{ type: 'circuit', circuit: 'open', retryAt: 9 }]],
    ['the circuit is half open', 'a', [{ type: 'circuit', circuit: 'halfOpen', retryAt: 0 }]],
    ['the pool is being closed', undefined, [{ type: 'drain' }]],
    ['the other one is set aside', undefined, [setAside('b', 9999)]],
    ['the one that has most is set aside', undefined, [setAside('a', 9999)]],
    ['the one that has most rests', undefined, [{ type: 'resting', endpoint: 'a', until: 9999 }]],
    ['the other one has left', undefined, [unlisted('b')]],
    ['the other one has failed once', 'a', failuresOf('b', 1)],
    ['the other one keeps failing', undefined, failuresOf('b', 3)],
    ['both keep failing', undefined, [...failuresOf('a', 3), ...failuresOf('b', 3)]],
    ['the other one is back', 'a', [...failuresOf('b', 3), setAside('b', 1), back('b')]],
    ['the other one has failed, and has its first', undefined, [...failuresOf('b', 1), ...upAt('b', 9)]],
  ])('when %s: %s', (_, expected, events) => {
    expect(crowded(uneven(...events), noon)).toBe(expected);
  });

  it('is looked at again when the first connection to what had failed has lived for a second', () => {
    const state = uneven(...failuresOf('b', 1), connectingTo('b', 9), { type: 'up', ...on(9), at: 200 });
    expect([crowded(state, 1199), spreadAgainAt(state, 1199)]).toEqual([undefined, 1200]);
    expect([crowded(state, 1200), spreadAgainAt(state, 1200)]).toEqual(['a', Infinity]);
  });

  it('is looked at again when what keeps failing has not done so for a minute', () => {
    const state = uneven(...failuresOf('b', 3, 400));
    expect([crowded(state, 60_399), spreadAgainAt(state, 60_399)]).toEqual([undefined, 60_400]);
    expect([crowded(state, 60_400), spreadAgainAt(state, 60_400)]).toEqual(['a', Infinity]);
  });

  it('is looked at again when the first of several is forgiven', () => {
    const state = uneven(...listed('c'), ...failuresOf('c', 3, 300), ...failuresOf('b', 3, 400));
    expect(spreadAgainAt(state, noon)).toBe(60_300);
  });

  it.each<[string, BareEvent[]]>([
    ['nothing has failed', []],
    ['nothing is uneven', upAt('b', 3, 4)],
    ['it is set aside', [...failuresOf('b', 3), setAside('b', 9999)]],
    ['it is even enough', [...failuresOf('b', 1), ...upAt('b', 9, 10), healthy]],
    ['something is connecting', [...failuresOf('b', 1), ...upAt('b', 9), connectingTo('a', 3)]],
  ])('is not looked at again where %s', (_, events) => {
    expect(spreadAgainAt(uneven(...events), 500)).toBe(Infinity);
  });
});

describe('misplaced', () => {
  it('is an idle connection of the one that has most', () => {
    expect(misplaced(uneven(checkout(0)), 500)).toMatchObject({ slot: 1, endpoint: 'a', status: 'idle' });
  });

  it('is none where all of them are in use', () => {
    expect(misplaced(uneven(checkout(0), checkout(1), checkout(2)), 500)).toBeUndefined();
  });

  it('is none of another one', () => {
    expect(misplaced(uneven(...upAt('b', 3, 4)), 500)).toBeUndefined();
  });
});
