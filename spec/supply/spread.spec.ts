import { describe, expect, it } from 'vitest';
import { crowded, misplaced, spreadAgainAt } from '../../lib/supply/spread.ts';
import {
  back,
  connectingTo,
  failuresOf,
  listed,
  openedWithEndpoints,
  setAside,
  unlisted,
  upAt,
} from '../support/endpoint-log.ts';
import { type BareEvent, checkout, on, stateAfter } from '../support/pool-log.ts';

const spread: BareEvent = { type: 'retire', ...on(0), reason: 'spread' };
const healthy: BareEvent = { type: 'health', ...on(9), healthy: true, error: '' };

/** A pool with a floor of 3, `a` with three connections and `b` without any. */
function uneven(...events: BareEvent[]) {
  return stateAfter(openedWithEndpoints({ minSize: 3 }), ...listed('a', 'b'), ...upAt('a', 0, 1, 2), ...events);
}

describe('crowded', () => {
  it.each<[string, string | undefined, BareEvent[]]>([
    ['one has three more', 'a', []],
    ['one has two more', 'a', upAt('b', 3)],
    ['one has one more', undefined, upAt('b', 3, 4)],
    ['a third one has most', 'c', [...listed('c'), ...upAt('c', 3, 4, 5, 6)]],
    ['something is connecting', undefined, [connectingTo('a', 3)]],
    ['one is on its way elsewhere', undefined, [...upAt('a', 3), spread]],
    ['the floor is not reached', undefined, [{ type: 'resize', size: 4 }]],
    ['the circuit is open', undefined, [{ type: 'circuit', circuit: 'open', retryAt: 9 }]],
    ['the pool is being closed', undefined, [{ type: 'drain' }]],
    ['the other one is set aside', undefined, [setAside('b', 9999)]],
    ['the one that has most is set aside', undefined, [setAside('a', 9999)]],
    ['the one that has most rests', undefined, [{ type: 'resting', endpoint: 'a', until: 9999 }]],
    ['the other one has left', undefined, [unlisted('b')]],
    ['the other one has failed once', 'a', failuresOf('b', 1)],
    ['the other one keeps failing', undefined, failuresOf('b', 3)],
    ['the other one is back', 'a', [...failuresOf('b', 3), setAside('b', 1), back('b')]],
    ['the other one has failed, and has its first', undefined, [...failuresOf('b', 1), ...upAt('b', 9)]],
  ])('when %s: %s', (_, expected, events) => {
    expect(crowded(uneven(...events), 500)).toBe(expected);
  });

  it('is looked at again when the first connection to what had failed has lived for a second', () => {
    const state = uneven(...failuresOf('b', 1), connectingTo('b', 9), { type: 'up', ...on(9), at: 200 });
    expect([crowded(state, 1199), spreadAgainAt(state, 1199)]).toEqual([undefined, 1200]);
    expect([crowded(state, 1200), spreadAgainAt(state, 1200)]).toEqual(['a', Infinity]);
  });

  it.each<[string, BareEvent[]]>([
    ['nothing has failed', []],
    ['nothing is uneven', upAt('b', 3, 4)],
    ['it has not worked since', failuresOf('b', 3)],
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
