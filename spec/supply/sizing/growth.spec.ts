import { describe, expect, it } from 'vitest';
import { isGrowthJustified, justifiedAt } from '../../../lib/supply/sizing/growth.ts';
import { type BareEvent, checkout, health, on, opened, stateAfter, up, wait } from '../../support/pool-log.ts';

const connecting = (slot: number): BareEvent => ({ type: 'connecting', ...on(slot) });

const returned = (at: number): BareEvent => ({ type: 'checkin', ...on(0), lease: 1, usedMs: 2, at });

/** Five connections that took 100 ms to open, in use, after a use of 2 ms; then so many wait, since 1000. */
const busy = (waiting: number, ...events: BareEvent[]) =>
  stateAfter(
    opened(),
    ...[0, 1, 2, 3, 4].map((slot): BareEvent => ({ type: 'connecting', ...on(slot), at: 0 })),
    ...[0, 1, 2, 3, 4].map((slot): BareEvent => ({ type: 'up', ...on(slot), at: 100 })),
    checkout(0),
    returned(900),
    ...[0, 1, 2, 3, 4].map((slot) => checkout(slot)),
    ...Array.from({ length: waiting }, (_, i): BareEvent => ({ ...wait(i + 1), at: 1000 })),
    ...events,
  );

describe('growth is justified', () => {
  it('when nothing is up', () => {
    expect(isGrowthJustified(stateAfter(opened(), wait(1)), 0)).toBe(true);
  });

  it('when all that is up is unhealthy', () => {
    const sick = [0, 1, 2, 3, 4].map((slot) => health(slot, false));
    expect(isGrowthJustified(busy(1, ...sick), 1000)).toBe(true);
    expect(isGrowthJustified(busy(1, ...sick.slice(1)), 1000)).toBe(false);
  });

  it('while nobody knows how long a use takes', () => {
    expect(isGrowthJustified(stateAfter(opened(), ...up(0), checkout(0), wait(1)), 40)).toBe(true);
  });

  it('when working the queue off takes longer than a connect', () => {
    expect(isGrowthJustified(busy(250), 1000)).toBe(false);
    expect(isGrowthJustified(busy(251), 1000)).toBe(true);
  });

  it('not before: with shared connections each lease counts, and a lease that was destroyed as much as any', () => {
    const shared = (waiting: number, end: BareEvent) =>
      stateAfter(
        opened({ maxLeasesPerConnection: 4 }),
        { type: 'connecting', ...on(0), at: 0 },
        { type: 'up', ...on(0), at: 100 },
        { type: 'connecting', ...on(1), at: 0 },
        { type: 'up', ...on(1), at: 100 },
        checkout(0),
        end,
        ...[1, 1, 1, 1].map((slot) => checkout(slot)),
        ...Array.from({ length: waiting }, (_, i): BareEvent => ({ ...wait(i + 1), at: 1000 })),
      );
    const destroyed: BareEvent = { type: 'destroy', ...on(0), lease: 1, usedMs: 2, reason: '', at: 900 };
    expect([200, 201].map((n) => isGrowthJustified(shared(n, destroyed), 1000))).toEqual([false, true]);
    expect([400, 401].map((n) => isGrowthJustified(shared(n, returned(900)), 1000))).toEqual([false, true]);
  });

  it('when the queue has lasted for as long as a connect takes', () => {
    const flowing = busy(9, returned(1080));
    expect(isGrowthJustified(flowing, 1099)).toBe(false);
    expect(isGrowthJustified(flowing, 1100)).toBe(true);
  });

  it('when nothing has come back for eight times the mean use, a whole connect at the most', () => {
    const used = (usedMs: number) => busy(9, { ...returned(1001), usedMs } as BareEvent);
    const stalledAt = (usedMs: number) =>
      [1025, 1026, 1065, 1066, 1100, 1101].find((at) => isGrowthJustified(used(usedMs), at));
    expect([stalledAt(2), stalledAt(14), stalledAt(40)]).toEqual([1026, 1065, 1100]);
  });

  it('when nothing has come back for a quarter of that', () => {
    expect(isGrowthJustified(busy(9), 1024)).toBe(false);
    expect(isGrowthJustified(busy(9), 1025)).toBe(true);
    const flowing = busy(9, returned(1020));
    expect(isGrowthJustified(flowing, 1044)).toBe(false);
    expect(isGrowthJustified(flowing, 1045)).toBe(true);
  });
});

describe('growth is not justified', () => {
  it('when nobody waits', () => {
    expect(isGrowthJustified(stateAfter(opened()), 99_999)).toBe(false);
  });

  it('when as many are being connected for as wait, leases of shared connections counted', () => {
    expect(isGrowthJustified(stateAfter(opened(), wait(1), connecting(0)), 0)).toBe(false);
    const shared = (waiting: number) => {
      const waiters = Array.from({ length: waiting }, (_, i) => wait(i + 1));
      return stateAfter(opened({ maxLeasesPerConnection: 3 }), ...waiters, connecting(0));
    };
    expect(isGrowthJustified(shared(3), 0)).toBe(false);
    expect(isGrowthJustified(shared(4), 0)).toBe(true);
  });

  it('for a spike that will be worked off before a connection is up', () => {
    expect(isGrowthJustified(busy(50), 1000)).toBe(false);
  });
});

describe('justifiedAt', () => {
  it('is a quarter of a connect after the last return, a whole one after the queue began at the latest', () => {
    expect(justifiedAt(busy(1))).toBe(1025);
    expect(justifiedAt(busy(1, returned(1070)))).toBe(1095);
    expect(justifiedAt(busy(1, returned(1090)))).toBe(1100);
  });

  it('gives the newest connection a quarter of a connect', () => {
    const grown = busy(9, { type: 'connecting', ...on(5), at: 1025 }, { type: 'up', ...on(5), at: 1125 });
    expect(justifiedAt(grown)).toBe(1150);
  });
});

describe('growth that was tried', () => {
  const uses = (count: number, usedMs: number, at: number) =>
    Array.from({ length: count }, (): BareEvent[] => [
      { ...checkout(0), at },
      { type: 'checkin', ...on(0), lease: 1, usedMs, at },
    ]).flat();

  /** Two connections with uses of 100 ms grow to three; then uses take so long, and so many have ended. */
  const grown = (usedMs: number, ended = 32, ...events: BareEvent[]) =>
    stateAfter(
      opened(),
      ...[0, 1].map((slot): BareEvent => ({ type: 'connecting', ...on(slot), at: 0 })),
      ...[0, 1].map((slot): BareEvent => ({ type: 'up', ...on(slot), at: 100 })),
      ...uses(32, 100, 200),
      { type: 'connecting', ...on(2), at: 300 },
      { type: 'up', ...on(2), at: 400 },
      ...uses(ended, usedMs, 500),
      ...[0, 1, 2].map((slot) => checkout(slot)),
      ...Array.from({ length: 9 }, (_, i): BareEvent => ({ ...wait(i + 1), at: 501 })),
      ...events,
    );

  it.each<[string, boolean, number]>([
    ['uses take as long as before', true, 100],
    ['a third more connections yield a quarter of that', true, 130],
    ['each slows the others down', false, 160],
    ['it is even slower', false, 190],
  ])('is gone on with: %s, %s', (_, justified, usedMs) => {
    expect(isGrowthJustified(grown(usedMs), 510)).toBe(justified);
  });

  it('is waited for as long as a connect takes while nobody knows yet what it did', () => {
    const early = grown(190, 31);
    expect([isGrowthJustified(early, 499), isGrowthJustified(early, 500)]).toEqual([false, true]);
  });

  it('is tried again after half a minute, by one connection at a time', () => {
    const slow = grown(190);
    const lively = (at: number): BareEvent[] => [
      { type: 'checkin', ...on(0), lease: 1, usedMs: 190, at },
      { ...checkout(0, 1), at },
    ];
    expect(justifiedAt(slow)).toBe(601);
    const later = grown(190, 32, ...lively(30_390));
    expect([isGrowthJustified(later, 30_399), isGrowthJustified(later, 30_400)]).toEqual([false, true]);
    expect(justifiedAt(later)).toBe(30_400);
    const trying = grown(190, 32, ...lively(30_390), { type: 'connecting', ...on(3), at: 30_400 });
    expect(isGrowthJustified(trying, 30_401)).toBe(false);
  });

  it('is forgotten by a pool that has shrunk since', () => {
    const gone = [1, 2].map((slot): BareEvent => ({ type: 'down', ...on(slot), error: '', at: 505 }));
    const back: BareEvent = { type: 'checkin', ...on(0), lease: 1, usedMs: 190, at: 505 };
    expect(isGrowthJustified(grown(190, 32, ...gone, back, { ...checkout(0, 1), at: 505 }), 510)).toBe(true);
  });

  it('does not keep a pool from growing when nothing comes back', () => {
    expect(isGrowthJustified(grown(190), 601)).toBe(true);
  });
});
