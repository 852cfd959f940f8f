import { describe, expect, it } from 'vitest';
import { isUnreachable, lookAgainAt, mayRetire, surplusSlots, wantsMore } from '../../../lib/supply/sizing/demand.ts';
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
});
