import { describe, expect, it } from 'vitest';
import { isUnreachable, surplusSlots, wantsMore } from '../../lib/supply/demand.ts';
import { type BareEvent, checkout, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';

const connecting = (slot: number): BareEvent => ({ type: 'connecting', ...on(slot) });
const failed = (slot: number): BareEvent => ({ type: 'connectFailed', ...on(slot), error: '' });
const retire = (slot: number): BareEvent => ({ type: 'retire', ...on(slot), reason: 'maxUses' });
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
    ['the last connect failed', true, 9, 9, [connecting(0), failed(0)]],
    ['one is trying after a failure', false, 9, 9, [connecting(0), connecting(1), failed(0)]],
    ['one succeeded after a failure', true, 9, 9, [connecting(0), failed(0), ...up(0), connecting(1)]],
    ['the pool is being closed', false, 9, 9, [{ type: 'drain' }]],
    ['the pool is closed', false, 9, 9, [{ type: 'drain' }, { type: 'closed' }]],
  ])('when %s: %s', (_, wanted, minSize, maxSize, events) => {
    expect(wantsMore(stateAfter(opened({ minSize, maxSize }), ...events), 3)).toBe(wanted);
  });

  it('reckons with the leases that a shared connection will give', () => {
    const state = stateAfter(opened({ maxLeasesPerConnection: 3 }), wait(1), wait(2), wait(3), connecting(0));
    expect(wantsMore(state, 4)).toBe(false);
    expect(wantsMore(stateAfter(opened(), wait(1), wait(2), wait(3), connecting(0)), 4)).toBe(true);
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

describe('isUnreachable', () => {
  it.each<[string, boolean, BareEvent[]]>([
    ['connecting has failed and nothing is left', true, [wait(1), connecting(0), failed(0)]],
    ['nobody waits', false, [connecting(0), failed(0)]],
    ['nothing has failed', false, [wait(1)]],
    ['another one is connecting', false, [wait(1), connecting(0), connecting(1), failed(0)]],
    ['one is in use', false, [...up(0), checkout(0), wait(1), connecting(1), failed(1)]],
  ])('when %s: %s', (_, unreachable, events) => {
    expect(isUnreachable(stateAfter(opened(), ...events))).toBe(unreachable);
  });
});
