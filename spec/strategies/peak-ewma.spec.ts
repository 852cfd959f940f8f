import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/state/snapshot.ts';
import { replay } from '../../lib/state/replay.ts';
import { peakEwma } from '../../lib/strategies/peak-ewma.ts';
import { type BareEvent, checkout, following, health, logOf, on, opened, stateAfter, up } from '../support/pool-log.ts';
import { served } from '../support/served.ts';

const decayMs = 10_000;
const { choose, strategyName } = peakEwma();
const seeds = [1, 2, 3, 4, 5];

function open(seed: number, maxLeasesPerConnection = 1): BareEvent {
  return opened({ seed, strategy: 'peakEwma', latencyDecayMs: decayMs, maxLeasesPerConnection });
}

/** A use of a connection that ends at this instant, after so long. */
function used(slot: number, at: number, usedMs: number): BareEvent[] {
  return [
    { ...checkout(slot), at: at - usedMs },
    { type: 'checkin', ...on(slot), lease: 1, usedMs, at },
  ];
}

/** Requests one after the other, each of which takes as long as its connection needs. */
function servedBy(state: Snapshot, requests: number, usedMs: (slot: number) => number) {
  let at = 1000;
  return served(state, choose, requests, (slot) => {
    at += usedMs(slot);
    return [{ type: 'checkin', ...on(slot), lease: 1, usedMs: usedMs(slot), at }];
  });
}

describe('peakEwma', () => {
  it('has a name and a window of 10 s', () => {
    expect([strategyName, peakEwma().latencyDecayMs, peakEwma({ decayMs: 5 }).latencyDecayMs]).toEqual([
      'peakEwma',
      decayMs,
      5,
    ]);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses a window of %d ms', (bad) => {
    expect(() => peakEwma({ decayMs: bad })).toThrow(RangeError);
  });

  it.each(seeds)('takes the faster of two (seed %i)', (seed) => {
    const state = stateAfter(open(seed), ...up(0, 1), ...used(0, 500, 30), ...used(1, 500, 20));
    expect(choose(state)?.slot).toBe(1);
  });

  it.each(seeds)('counts a latency once for each lease and the new one (seed %i)', (seed) => {
    const known = stateAfter(open(seed, 3), ...up(0, 1), ...used(0, 500, 30), ...used(1, 500, 20));
    expect(choose(following(known, checkout(1)))?.slot).toBe(0);
    const slower = following(known, ...used(0, 501, 41));
    expect(choose(following(slower, checkout(1)))?.slot).toBe(1);
  });

  it.each(seeds)('tries one that was slow again as that fades (seed %i)', (seed) => {
    const slow = stateAfter(open(seed), ...up(0, 1), ...used(0, 500, 200));
    expect(choose(following(slow, ...used(1, 600 + decayMs, 20)))?.slot).toBe(1);
    // After ln 10 windows a tenth is left of it.
    expect(choose(following(slow, ...used(1, 600 + Math.log(10) * decayMs, 20)))?.slot).toBe(0);
  });

  it.each(seeds)('puts health before load (seed %i)', (seed) => {
    const state = stateAfter(open(seed), ...up(0, 1), ...used(0, 500, 30), ...used(1, 500, 1), health(1, false));
    expect(choose(state)?.slot).toBe(0);
  });

  it.each(seeds)('tries a newcomer with one request, and with no other before that is over (seed %i)', (seed) => {
    const known = stateAfter(open(seed, 3), ...up(0), ...used(0, 500, 30), ...up(1));
    expect(choose(known)?.slot).toBe(1);
    const tried = following(known, checkout(1));
    expect(choose(tried)?.slot).toBe(0);
    expect(choose(following(tried, checkout(0)))?.slot).toBe(0);
  });

  it.each(seeds)('spreads the first requests over newcomers (seed %i)', (seed) => {
    const state = stateAfter(open(seed, 2), ...up(0, 1), checkout(0));
    expect(choose(state)?.slot).toBe(1);
  });

  it('gives a slow connection less to do, and never nothing', () => {
    const state = stateAfter(open(1), ...up(0, 1, 2, 3));
    const { slots } = servedBy(state, 2000, (slot) => (slot === 2 ? 100 : 10));
    const share = slots.filter((slot) => slot === 2).length / slots.length;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.02);
  });

  it('gives alike connections alike much to do', () => {
    const state = stateAfter(open(1), ...up(0, 1, 2, 3));
    const { slots } = servedBy(state, 4000, (slot) => 10 + (slot % 2) / 1000);
    for (const slot of [0, 1, 2, 3]) expect(slots.filter((one) => one === slot).length).toBeGreaterThan(500);
  });

  it('chooses alike after a replay, latencies and all', () => {
    const log = logOf([open(9), ...up(0, 1, 2), ...used(0, 500, 7), ...used(1, 510, 3), ...used(2, 520, 5)]);
    const again = replay(JSON.parse(JSON.stringify(log)) as typeof log);
    expect(JSON.stringify(again)).toBe(JSON.stringify(replay(log)));
    expect(choose(again)?.slot).toBe(choose(replay(log))?.slot);
  });
});
