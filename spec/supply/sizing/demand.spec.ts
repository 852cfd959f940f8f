import { describe, expect, it } from 'vitest';
import {
  connectable,
  isUnreachable,
  lookAgainAt,
  mayRetire,
  surplusSlots,
  unallowed,
  wantedConnections,
  wantsMore,
} from '../../../lib/supply/sizing/demand.ts';
import {
  type BareEvent,
  checkin,
  checkout,
  on,
  opened,
  recordAt,
  stateAfter,
  up,
  wait,
} from '../../support/pool-log.ts';

const connecting = (slot: number): BareEvent => ({ type: 'connecting', ...on(slot) });
const failed = (slot: number): BareEvent => ({ type: 'connectFailed', ...on(slot), error: '' });
const retire = (slot: number): BareEvent => ({ type: 'retire', ...on(slot), reason: 'maxUses' });
const circuit = (circuit: 'open' | 'halfOpen' | 'closed'): BareEvent => ({ type: 'circuit', circuit, retryAt: 0 });
const resize = (size: number): BareEvent => ({ type: 'resize', size });
const allow = (limit: number): BareEvent => ({ type: 'allowance', limit, mode: 'granted', epoch: 1 });

describe('wantsMore', () => {
  it.each<[string, boolean, number, number, BareEvent[]]>([
    ['the floor is not reached', true, 2, 9, up(0)],
    ['the floor is reached', false, 2, 9, up(0, 1)],
    ['what is connecting will reach the floor', false, 2, 9, [...up(0), connecting(1)]],
    ['what is closing does not count for the floor', true, 2, 9, [...up(0, 1), retire(1)]],
    ['the floor was raised', true, 1, 9, [...up(0), resize(2)]],
    ['somebody waits', true, 0, 9, [wait(1)]],
    ['as many wait as are being connected for', false, 0, 9, [wait(1), connecting(0)]],
    ['more wait than are being connected for', true, 0, 9, [wait(1), wait(2), connecting(0)]],
    ['nobody waits', false, 0, 9, []],
    ['there are as many as there may be', false, 0, 1, [...up(0), checkout(0), wait(1)]],
    ['what is closing still takes its place', false, 0, 1, [...up(0), retire(0), wait(1)]],
    ['as many as may are connecting', false, 9, 9, [connecting(0), connecting(1), connecting(2)]],
    ['fewer than may are connecting', true, 9, 9, [connecting(0), connecting(1)]],
    ['there are as many as are allowed', false, 9, 9, [...up(0, 1), allow(2)]],
    ['more are allowed', true, 9, 9, [...up(0, 1), allow(3)]],
    ['the circuit is open', false, 9, 9, [circuit('open')]],
    ['the circuit is half open', true, 9, 9, [circuit('halfOpen')]],
    ['the circuit is half open and one is trying', false, 9, 9, [connecting(0), circuit('halfOpen')]],
    ['the circuit is closed again', true, 9, 9, [circuit('open'), circuit('closed'), connecting(1)]],
    ['the pool is being closed', false, 9, 9, [{ type: 'drain' }]],
    ['the pool is closed', false, 9, 9, [{ type: 'drain' }, { type: 'closed' }]],
  ])('when %s: %s', (_, wanted, minSize, maxSize, events) => {
    expect(wantsMore(stateAfter(opened({ minSize, maxSize }), ...events), 3, 0)).toBe(wanted);
  });

  it('reckons with the leases that a shared connection will give', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 3 }), wait(1), wait(2), wait(3), connecting(0));
    expect(wantsMore(state, 4, 0)).toBe(false);
    expect(wantsMore(stateAfter(opened(), wait(1), wait(2), wait(3), connecting(0)), 4, 0)).toBe(true);
  });
});

describe('wantedConnections', () => {
  it.each<[string, number, number, BareEvent[]]>([
    ['nothing is asked of it', 0, 0, []],
    ['the floor is not reached', 3, 3, up(0)],
    ['there are more than the floor', 2, 1, up(0, 1)],
    ['one is connecting', 2, 0, [...up(0), connecting(1)]],
    ['one is being closed', 1, 0, [...up(0, 1), retire(1)]],
    ['some wait', 3, 0, [...up(0), checkout(0), wait(1), wait(2)]],
    ['some wait, and one is connecting for them', 3, 0, [...up(0), checkout(0), wait(1), wait(2), connecting(1)]],
    ['more wait than there may be connections', 9, 0, Array.from({ length: 20 }, (_, i) => wait(i + 1))],
    ['fewer are allowed', 2, 0, [wait(1), wait(2), allow(0)]],
    ['a strategy declines what is free', 1, 0, [...up(0), wait(1)]],
    ['connecting is held back', 1, 0, [...up(0), checkout(0), wait(1), circuit('open')]],
    ['the pool is being closed', 0, 3, [...up(0), { type: 'drain' }]],
  ])('when %s: %i', (_, wanted, minSize, events) => {
    expect(wantedConnections(stateAfter(opened({ minSize, maxSize: 9 }), ...events), 0)).toBe(wanted);
  });

  it('reckons with the leases of a shared connection', () => {
    const waiting = [1, 2, 3, 4].map((waiter) => wait(waiter));
    expect(wantedConnections(stateAfter(opened({ maxLeasesPerConnection: 3 }), ...waiting), 0)).toBe(2);
  });
});

describe('connectable', () => {
  it.each<[string, number, BareEvent[]]>([
    ['everything is allowed', 3, []],
    ['two are allowed', 2, [allow(2)]],
    ['none is allowed: more may be asked for', 1, [allow(0)]],
    ['what is allowed is used up', 1, [...up(0, 1), allow(2)]],
    ['there may be no more at all', 0, up(0, 1, 2, 3)],
  ])('when %s: %i', (_, count, events) => {
    expect(connectable(stateAfter(opened({ maxSize: 4 }), ...events), 3)).toBe(count);
  });
});

describe('unallowed', () => {
  const pinned = (slot: number): BareEvent => ({ ...checkout(slot), pin: `key ${slot}` }) as BareEvent;
  const slotsOf = (...events: BareEvent[]) =>
    unallowed(stateAfter(opened({ maxSize: 9, hasPins: true }), ...events)).map(({ slot }) => slot);

  it('is nothing while there are no more than are allowed', () => {
    expect(slotsOf(...up(0, 1))).toEqual([]);
    expect(slotsOf(...up(0, 1), allow(2))).toEqual([]);
    expect(slotsOf(...up(0, 1), retire(0), allow(1))).toEqual([]);
  });

  it('is what serves nobody first, what is kept for a key last, and of several alike what was unused for longest', () => {
    const sick: BareEvent = { type: 'health', ...on(5), healthy: false, error: '' };
    const events = [...up(0, 1, 2, 3, 4, 5), pinned(0), pinned(1), checkin(1), checkout(2), checkout(3), checkin(3)];
    expect(slotsOf(...events, sick, allow(0))).toEqual([5, 4, 3, 2, 1, 0]);
    expect(slotsOf(...events, sick, allow(4))).toEqual([5, 4]);
  });

  it('counts connects under way, and names none of them', () => {
    expect(slotsOf(...up(0, 1), connecting(2), allow(2))).toEqual([0]);
    expect(slotsOf(connecting(0), connecting(1), allow(0))).toEqual([]);
  });
});

describe('surplusSlots', () => {
  it.each<[string, number[], BareEvent[]]>([
    ['there was no resize', [], up(0, 1, 2)],
    ['it was a resize to more', [], [...up(0, 1, 2), resize(5)]],
    ['two are idle and too many', [1, 2], [...up(0, 1, 2), resize(1)]],
    ['those in use have to come back first', [1], [...up(0, 1, 2), checkout(0), checkout(2), resize(0)]],
    ['somebody waits', [], [...up(0, 1), checkout(0), resize(0), wait(1)]],
  ])('names the last idle ones; when %s: %j', (_, slots, events) => {
    expect(surplusSlots(stateAfter(opened(), ...events))).toEqual(slots);
  });
});

describe('lookAgainAt', () => {
  const queue = [...up(0), checkout(0), { ...checkin(0), usedMs: 1, at: 100 } as BareEvent, checkout(0)];
  const waiting: BareEvent = { ...wait(1), at: 200 };

  it.each<[string, number, number, BareEvent[]]>([
    ['nobody waits', Infinity, 9, queue],
    ['somebody waits', 208, 9, [...queue, waiting]],
    ['there are as many as there may be', Infinity, 1, [...queue, waiting]],
    ['no more are allowed, but may be asked for', 208, 9, [...queue, waiting, allow(1)]],
    ['one is connecting for it, until it takes too long', 180, 9, [...queue, waiting, connecting(1)]],
    ['the circuit is open', Infinity, 9, [...queue, waiting, circuit('open')]],
  ])('when %s: %j', (_, instant, maxSize, events) => {
    expect(lookAgainAt(stateAfter(opened({ maxSize }), ...events), 4, 0)).toBe(instant);
  });
});

describe('isUnreachable', () => {
  it.each<[string, boolean, BareEvent[]]>([
    ['connecting has failed and nothing is left', true, [wait(1), connecting(0), failed(0), circuit('open')]],
    ['nobody waits', false, [connecting(0), failed(0), circuit('open')]],
    ['nothing has failed', false, [wait(1)]],
    ['it is tried again', false, [wait(1), circuit('halfOpen')]],
    ['another one is connecting', false, [wait(1), connecting(1), circuit('open')]],
    ['one is in use', false, [...up(0), checkout(0), wait(1), circuit('open')]],
  ])('when %s: %s', (_, unreachable, events) => {
    expect(isUnreachable(stateAfter(opened(), ...events))).toBe(unreachable);
  });
});

describe('mayRetire', () => {
  it.each([
    ['one above the floor', true, 1],
    ['at the floor', false, 2],
    ['below it', false, 3],
  ])('for idleness, when it is %s: %s', (_, may, minSize) => {
    const state = stateAfter(opened({ minSize, maxSize: 9 }), ...up(0, 1));
    expect(mayRetire(state, recordAt(state, 0), 'idle')).toBe(may);
  });

  it.each([
    ['there are more than are allowed', true, 1],
    ['there are no more', false, 2],
  ])('for the allowance, when %s: %s', (_, may, limit) => {
    const state = stateAfter(opened({ maxSize: 9 }), ...up(0, 1), allow(limit));
    expect(mayRetire(state, recordAt(state, 0), 'allowance')).toBe(may);
  });
});
