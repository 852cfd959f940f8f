import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everySweep, unneededSlots } from '../../../lib/supply/sizing/idle-sweep.ts';
import { type BareEvent, checkin, checkout, on, opened, stateAfter, up } from '../../support/pool-log.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

describe('unneededSlots', () => {
  const sweep: BareEvent = { type: 'sweep' };
  /** The first of them begins the count. */
  const sweeps = (count: number) => Array.from({ length: count }, () => sweep);
  const retire = (slot: number): BareEvent => ({ type: 'retire', ...on(slot), reason: 'idle' });
  const used = (slot: number): BareEvent[] => [checkout(slot), checkin(slot)];

  it.each<[string, number[], number, BareEvent[]]>([
    ['none is above the floor', [], 3, [...up(0, 1, 2), ...sweeps(4)]],
    ['all were idle throughout', [0, 1], 1, [...up(0, 1, 2), ...sweeps(4)]],
    ['the interval is not over', [], 1, [...up(0, 1, 2), ...sweeps(3)]],
    ['one was in use for a moment', [0, 1], 1, [...up(0, 1, 2), ...sweeps(4), ...used(2)]],
    [
      'two were in use for a moment',
      [0],
      1,
      [...up(0, 1, 2), ...sweeps(3), checkout(1), ...used(2), checkin(1), sweep],
    ],
    ['that is long ago', [0, 2], 1, [...up(0, 1, 2), checkout(1), ...used(2), checkin(1), ...sweeps(4)]],
    [
      'each was used, one after the other',
      [2, 0],
      0,
      [...up(0, 1, 2), ...sweeps(4), ...used(2), ...used(0), ...used(1)],
    ],
    ['all were in use at once', [], 0, [...up(0, 1), ...sweeps(4), checkout(0), checkout(1), checkin(0), checkin(1)]],
    ['one is in use still', [1], 0, [...up(0, 1), checkout(0), ...sweeps(4)]],
    [
      'those that were idle have been retired',
      [],
      0,
      [...up(0, 1, 2, 3), checkout(3), ...sweeps(4), checkin(3), retire(0), retire(1), retire(2), sweep],
    ],
    ['one came up since', [], 0, [...sweeps(4), ...up(0)]],
  ])('names those unused longest; when %s: %j', (_, slots, minSize, events) => {
    expect(unneededSlots(stateAfter(opened({ minSize }), ...events))).toEqual(slots);
  });
});

describe('everySweep', () => {
  beforeEach(stopTime);
  afterEach(resumeTime);

  it('sweeps four times an interval, until it is unsubscribed', () => {
    const instants: number[] = [];
    const sweeping = everySweep(1000, () => instants.push(performance.now()));
    vi.advanceTimersByTime(1249);
    expect(instants).toEqual([250, 500, 750, 1000]);
    sweeping.unsubscribe();
    vi.advanceTimersByTime(1000);
    expect([instants.length, vi.getTimerCount()]).toEqual([4, 0]);
  });

  it('never sweeps where that is off, and no more than once a millisecond', () => {
    everySweep(0, () => undefined);
    expect(vi.getTimerCount()).toBe(0);
    let sweeps = 0;
    everySweep(1, () => sweeps++).add(() => undefined);
    vi.advanceTimersByTime(10);
    expect(sweeps).toBe(10);
  });
});
