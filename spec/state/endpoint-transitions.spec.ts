import { describe, expect, it } from 'vitest';
import type { EndpointRecord } from '../../lib/state/endpoint-record.ts';
import { reduce } from '../../lib/state/reduce.ts';
import type { Snapshot } from '../../lib/state/snapshot.ts';
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
import { type BareEvent, checkout, following, on, opened, stateAfter, up } from '../support/pool-log.ts';

const resting = (endpoint: string, until: number): BareEvent => ({ type: 'resting', endpoint, until });
const rested = (endpoint: string): BareEvent => ({ type: 'rested', endpoint });
const down = (slot: number): BareEvent => ({ type: 'down', ...on(slot), error: 'reset' });
const retire = (slot: number, reason: 'endpoint' | 'spread' = 'endpoint'): BareEvent => ({
  type: 'retire',
  ...on(slot),
  reason,
});
const removed = (slot: number): BareEvent => ({ type: 'removed', ...on(slot) });

const begun = [openedWithEndpoints(), ...listed('a', 'b')];

function endpointOf({ endpoints }: Snapshot, id: string): EndpointRecord {
  const found = endpoints.find((endpoint) => endpoint.id === id);
  if (found === undefined) throw new Error(`no endpoint ${id}`);
  return found;
}

describe('endpointListed', () => {
  it('adds one at the end, of which nothing is known', () => {
    const { endpoints } = stateAfter(...begun);
    const fresh = {
      connections: 0,
      failures: 0,
      failedAt: 0,
      worksSince: 0,
      setAsides: 0,
      setAsideUntil: 0,
      restingUntil: 0,
    };
    expect(endpoints).toEqual([
      { id: 'a', ...fresh },
      { id: 'b', ...fresh },
    ]);
  });

  it('changes nothing where it is there', () => {
    const state = stateAfter(...begun, ...failuresOf('a', 2));
    expect(following(state, ...listed('a')).endpoints).toEqual(state.endpoints);
  });

  it('counts what one that comes back still has, what is being closed left out', () => {
    const state = stateAfter(
      ...begun,
      ...upAt('a', 0, 1),
      ...upAt('b', 2),
      connectingTo('a', 3),
      unlisted('a'),
      retire(0),
    );
    expect(endpointOf(following(state, ...listed('a')), 'a')).toMatchObject({ connections: 2, failures: 0 });
  });
});

describe('endpointUnlisted', () => {
  it('forgets that one, and its connections stay until they go', () => {
    const state = stateAfter(...begun, ...upAt('a', 0), ...upAt('b', 1), unlisted('a'));
    expect(state.endpoints).toMatchObject([{ id: 'b', connections: 1 }]);
    expect(following(state, retire(0), removed(0))).toMatchObject({ size: 1, idle: 1, endpoints: state.endpoints });
  });

  it('changes nothing where it is not there', () => {
    expect(stateAfter(...begun, unlisted('x')).endpoints).toHaveLength(2);
  });
});

describe('endpointsEnded', () => {
  it('is kept, and the list stays', () => {
    const state = stateAfter(...begun);
    const ended = following(state, { type: 'endpointsEnded' });
    expect([state.endpointsEnded, ended.endpointsEnded]).toEqual([false, true]);
    expect(ended.endpoints).toEqual(state.endpoints);
  });

  it('is not what a failure means', () => {
    const state = stateAfter(...begun, { type: 'endpointsFailed', error: 'no list' });
    expect([state.endpointsEnded, state.endpoints.length]).toEqual([false, 2]);
  });
});

describe('the connections of an endpoint', () => {
  it('are counted from the connect until they close or are gone', () => {
    const state = stateAfter(...begun, ...upAt('a', 0, 1, 2), connectingTo('b', 3));
    const counts = (next: Snapshot) => ['a', 'b'].map((id) => endpointOf(next, id).connections);
    expect(counts(state)).toEqual([3, 1]);
    expect(counts(following(state, retire(0)))).toEqual([2, 1]);
    expect(counts(following(state, retire(0), removed(0)))).toEqual([2, 1]);
    expect(counts(following(state, down(1)))).toEqual([2, 1]);
    expect(counts(following(state, { type: 'connectFailed', ...on(3), error: '' }))).toEqual([3, 0]);
    expect(
      counts(following(state, checkout(2), { type: 'destroy', ...on(2), lease: 1, usedMs: 1, reason: '' })),
    ).toEqual([2, 1]);
  });

  it('are one too few while one is on its way elsewhere', () => {
    const state = stateAfter(...begun, ...upAt('a', 0, 1));
    const moving = following(state, retire(0, 'spread'));
    expect([state.moving, following(state, retire(0)).moving, moving.moving]).toEqual([0, 0, 1]);
    expect([following(moving, removed(0)).moving, following(moving, connectingTo('b', 3)).moving]).toEqual([1, 0]);
    expect(following(state, retire(7, 'spread')).moving).toBe(0);
  });
});

describe('resting', () => {
  it('withholds the connections of that endpoint until it has rested', () => {
    const state = stateAfter(...begun, ...upAt('a', 0), ...upAt('b', 1), resting('a', 900));
    expect([endpointOf(state, 'a').restingUntil, endpointOf(state, 'b').restingUntil, state.restingUntil]).toEqual([
      900, 0, 0,
    ]);
    expect([state.withheld, state.connections.countAvailable()]).toEqual([1, 1]);
    const over = following(state, rested('a'));
    expect([endpointOf(over, 'a').restingUntil, over.withheld, over.connections.countAvailable()]).toEqual([0, 0, 2]);
  });

  it('ends neither with the time aside, nor that with it', () => {
    const both = stateAfter(...begun, ...upAt('a', 0), resting('a', 900), setAside('a', 500));
    expect([following(both, back('a')).withheld, following(both, rested('a')).withheld]).toEqual([1, 1]);
    expect(following(both, back('a'), rested('a')).withheld).toBe(0);
  });

  it('withholds all connections of a pool without endpoints', () => {
    const state = stateAfter(opened(), ...up(0, 1), checkout(0), { type: 'resting', until: 900 });
    expect([state.restingUntil, state.withheld, state.connections.countAvailable()]).toEqual([900, 2, 0]);
    const over = following(state, { type: 'rested' });
    expect([over.restingUntil, over.withheld, over.connections.countAvailable()]).toEqual([0, 0, 1]);
  });
});

describe('an event about an endpoint that is not there', () => {
  it.each([setAside('x', 1), back('x'), resting('x', 1), rested('x'), ...failuresOf('x', 1), ...upAt('x', 7)])(
    'changes no other: $type',
    (event) => {
      const state = stateAfter(...begun, ...upAt('a', 0));
      expect(following(state, event).endpoints).toEqual(state.endpoints);
    },
  );
});

it('leaves the records of a state that was handed out as they were', () => {
  const state = stateAfter(...begun, ...upAt('a', 0));
  const before = JSON.stringify(state);
  reduce(state, { type: 'endpointSetAside', endpoint: 'a', until: 900, at: 1, version: state.version + 1 });
  expect(JSON.stringify(state)).toBe(before);
});
