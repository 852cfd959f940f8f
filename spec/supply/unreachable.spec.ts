import { describe, expect, it } from 'vitest';
import { retryHelpsAt, hasNoEndpointsForGood, isOutOfReach, unreachableError } from '../../lib/supply/unreachable.ts';
import { connectingTo, failuresOf, listed, openedWithEndpoints, unlisted, upAt } from '../support/endpoint-log.ts';
import { type BareEvent, checkout, on, opened, stateAfter, up } from '../support/pool-log.ts';

const open: BareEvent = { type: 'circuit', circuit: 'open', retryAt: 300 };
const ended: BareEvent = { type: 'endpointsEnded' };

describe('isForsaken', () => {
  it.each<[string, boolean, BareEvent[]]>([
    ['nobody has listed any yet', false, [openedWithEndpoints()]],
    ['endpoints$ is over and has listed none', true, [openedWithEndpoints(), ended]],
    ['the last list was empty', true, [openedWithEndpoints(), ...listed('a'), unlisted('a'), ended]],
    ['there is one in the last list', false, [openedWithEndpoints(), ...listed('a'), ended]],
    ['the pool has no endpoints$', false, [opened()]],
  ])('when %s: %s', (_, forsaken, events) => {
    expect(hasNoEndpointsForGood(stateAfter(...events))).toBe(forsaken);
  });
});

describe('isOutOfReach', () => {
  it.each<[string, boolean, BareEvent[]]>([
    ['connecting is held back and nothing is up', true, [opened(), open]],
    ['connecting is held back and one is up', false, [opened(), ...up(0), open]],
    ['connecting is held back and one is in use', false, [opened(), ...up(0), checkout(0), open]],
    ['one is up and one in use', false, [opened(), ...up(0, 1), checkout(0), open]],
    ['one is up and one is connecting', false, [opened(), ...up(0), { type: 'connecting', ...on(1) }, open]],
    ['connecting is not held back', false, [opened()]],
    ['there will be no endpoints', true, [openedWithEndpoints(), ended]],
    ['there are no endpoints yet', false, [openedWithEndpoints()]],
    [
      'the last one is still being connected to',
      false,
      [openedWithEndpoints(), ...listed('a'), connectingTo('a', 0), unlisted('a'), ended],
    ],
    [
      'one of an endpoint that has left is still up',
      false,
      [openedWithEndpoints(), ...listed('a'), ...upAt('a', 0), unlisted('a'), ended],
    ],
  ])('when %s: %s', (_, outOfReach, events) => {
    expect(isOutOfReach(stateAfter(...events))).toBe(outOfReach);
  });
});

describe('what those are told who ask then', () => {
  it('is how often connecting has failed, why, and when it is tried again', () => {
    const state = stateAfter(openedWithEndpoints(), ...listed('a'), ...failuresOf('a', 2), open);
    const error = unreachableError(state, new Error('refused'), 250);
    expect(error).toMatchObject({ code: 'POOL_CONNECT_FAILED', data: { failures: 2, retryInMs: 50 } });
    expect(error.message).toBe('pool: connecting failed 2 times in a row: refused; next try in 50 ms');
    expect(unreachableError(state, 'refused', 400).data.retryInMs).toBe(0);
    expect([retryHelpsAt(state, false), retryHelpsAt(state, true)]).toEqual([300, Infinity]);
  });

  it('is that there will be no endpoints, and why', () => {
    const state = stateAfter(openedWithEndpoints(), ended);
    const cause = new Error('no such name');
    const error = unreachableError(state, cause, 250);
    expect(error).toMatchObject({ code: 'POOL_CONNECT_FAILED', data: { failures: 0, retryInMs: Infinity }, cause });
    expect(error.message).toBe('pool: there are no endpoints, and the list has ended: no such name');
    expect(retryHelpsAt(state, false)).toBe(Infinity);
  });
});
