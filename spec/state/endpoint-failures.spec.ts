import { describe, expect, it } from 'vitest';
import type { EndpointRecord } from '../../lib/state/endpoint-record.ts';
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
import { type BareEvent, following, health, on, recordAt, stateAfter } from '../support/pool-log.ts';

const down = (slot: number): BareEvent => ({ type: 'down', ...on(slot), error: 'reset' });
const retire = (slot: number): BareEvent => ({ type: 'retire', ...on(slot), reason: 'endpoint' });

const begun = [openedWithEndpoints(), ...listed('a', 'b')];

function endpointOf({ endpoints }: Snapshot, id: string): EndpointRecord {
  const found = endpoints.find((endpoint) => endpoint.id === id);
  if (found === undefined) throw new Error(`no endpoint ${id}`);
  return found;
}

describe('failures', () => {
  it('are counted in a row: connects, deaths, and connections that become unhealthy', () => {
    const state = stateAfter(
      ...begun,
      ...upAt('a', 0, 1),
      ...upAt('b', 2),
      down(0),
      ...failuresOf('a', 1, 150),
      health(1, false),
    );
    expect(endpointOf(state, 'a')).toMatchObject({ failures: 3, failedAt: 130, worksSince: 0 });
    expect(endpointOf(state, 'b').failures).toBe(0);
    expect(endpointOf(following(state, health(1, false)), 'a').failures).toBe(3);
  });

  it('are none where it was being closed, or has left', () => {
    const state = stateAfter(...begun, ...upAt('a', 0), retire(0), down(0));
    expect(endpointOf(state, 'a').failures).toBe(0);
    expect(stateAfter(...begun, ...upAt('a', 0), unlisted('a'), down(0)).endpoints).toMatchObject([
      { id: 'b', failures: 0 },
    ]);
  });

  it('begin a new row after a second of work, or a minute', () => {
    const failing = stateAfter(...begun, ...failuresOf('a', 2, 500));
    const works = following(failing, connectingTo('a', 0), { type: 'up', ...on(0), at: 600 });
    expect(endpointOf(works, 'a')).toMatchObject({ failures: 2, worksSince: 600 });
    expect(endpointOf(following(works, { ...down(0), at: 1599 }), 'a')).toMatchObject({ failures: 3, worksSince: 0 });
    expect(endpointOf(following(works, { ...down(0), at: 1600 }), 'a')).toMatchObject({ failures: 1, worksSince: 0 });
    expect(endpointOf(following(failing, ...failuresOf('a', 1, 60_499)), 'a').failures).toBe(3);
    expect(endpointOf(following(failing, ...failuresOf('a', 1, 60_500)), 'a').failures).toBe(1);
  });

  it('are forgotten when it is seen to work and has done so for a second', () => {
    const works = stateAfter(...begun, ...failuresOf('a', 2), connectingTo('a', 0), { type: 'up', ...on(0), at: 600 });
    expect(endpointOf(following(works, { ...health(0, true), at: 1599 }), 'a')).toMatchObject({
      failures: 2,
      worksSince: 600,
    });
    expect(endpointOf(following(works, { ...health(0, true), at: 1600 }), 'a')).toMatchObject({
      failures: 0,
      worksSince: 600,
    });
  });

  it('leave no trace of work where there are none', () => {
    expect(endpointOf(stateAfter(...begun, ...upAt('a', 0)), 'a').worksSince).toBe(0);
  });
});

describe('setting aside', () => {
  it('withholds the connections of that endpoint and no others until it is back', () => {
    const state = stateAfter(...begun, ...upAt('a', 0, 1), ...upAt('b', 2), setAside('a', 900));
    expect(endpointOf(state, 'a')).toMatchObject({ setAsideUntil: 900, setAsides: 1 });
    expect([state.withheld, [...state.connections].map(({ withheld }) => withheld)]).toEqual([2, [true, true, false]]);
    expect(state.connections.countAvailable()).toBe(1);
    const isBack = following(state, back('a'));
    expect([isBack.withheld, isBack.connections.countAvailable()]).toEqual([0, 3]);
    expect(endpointOf(isBack, 'a')).toMatchObject({ setAsideUntil: 0, setAsides: 1 });
  });

  it('withholds a connection that comes up meanwhile', () => {
    const state = stateAfter(...begun, connectingTo('a', 0), setAside('a', 900), { type: 'up', ...on(0) });
    expect([recordAt(state, 0).withheld, state.withheld, state.connections.countAvailable()]).toEqual([true, 1, 0]);
  });

  it('counts an unhealthy one as such, and not as withheld too', () => {
    const state = stateAfter(...begun, ...upAt('a', 0), health(0, false), setAside('a', 900));
    expect([state.unhealthy, state.withheld]).toEqual([1, 0]);
    const healthy = following(state, health(0, true));
    expect([healthy.unhealthy, healthy.withheld, healthy.connections.countAvailable()]).toEqual([0, 1, 0]);
  });

  it('is followed by a probation: one more failure is one too many', () => {
    const probation = stateAfter(...begun, ...failuresOf('a', 5), setAside('a', 900), back('a'));
    expect(endpointOf(probation, 'a').failures).toBe(2);
    const forgiven = stateAfter(...begun, ...failuresOf('a', 1), setAside('a', 900), back('a'));
    expect(endpointOf(forgiven, 'a').failures).toBe(1);
  });

  it('counts for once less with each ten seconds that it has worked since, and for none at the least', () => {
    const aside = (times: number) => Array.from({ length: times }, () => [setAside('a', 1), back('a')]).flat();
    const works = stateAfter(...begun, ...failuresOf('a', 3), ...aside(4), connectingTo('a', 0), {
      type: 'up',
      ...on(0),
      at: 1000,
    });
    const after = (ms: number) => endpointOf(following(works, { ...down(0), at: 1000 + ms }), 'a').setAsides;
    expect([after(0), after(9999), after(10_000), after(25_000), after(40_000), after(999_000)]).toEqual([
      4, 4, 3, 2, 0, 0,
    ]);
  });

  it('counts no less where it has not worked since', () => {
    const state = stateAfter(
      ...begun,
      ...failuresOf('a', 3),
      setAside('a', 1),
      back('a'),
      ...failuresOf('a', 1, 99_000),
    );
    expect(endpointOf(state, 'a').setAsides).toBe(1);
  });
});
