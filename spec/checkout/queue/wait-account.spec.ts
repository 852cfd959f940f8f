import { describe, expect, it } from 'vitest';
import { LeaseBook } from '../../../lib/checkout/lease-book.ts';
import { placesOf, poolAccount, waitAccount } from '../../../lib/checkout/queue/wait-account.ts';
import { idleOwner, leaseOf } from '../../support/lease-of.ts';
import { type BareEvent, checkin, checkout, health, on, opened, stateAfter, up, wait } from '../../support/pool-log.ts';

const nobody = new LeaseBook<string>();
const connecting = (slot: number): BareEvent => ({ type: 'connecting', ...on(slot) });
const failed = (slot: number): BareEvent => ({ type: 'connectFailed', ...on(slot), error: '' });
const lost = (slot: number): BareEvent => ({ type: 'down', ...on(slot), error: '' });
const open = (retryAt: number): BareEvent => ({ type: 'circuit', circuit: 'open', retryAt });
const accountAfter = (...events: BareEvent[]) => poolAccount(stateAfter(opened(), ...events), nobody, 0);

describe('poolAccount', () => {
  it('counts what the pool is busy with', () => {
    const events = [...up(0, 1, 2), checkout(0), health(2, false), connecting(3), wait(1), wait(2)];
    expect(poolAccount(stateAfter(opened({ maxSize: 9 }), ...events), nobody, 0)).toEqual({
      phase: 'connecting',
      because: 'the strategy names none of the free connections',
      size: 4,
      maxSize: 9,
      allowed: 9,
      idle: 2,
      active: 1,
      connecting: 1,
      closing: 0,
      unhealthy: 1,
      withheld: 0,
      restsForMs: null,
      waiting: 2,
      circuit: 'closed',
      connectFailures: 0,
      retryInMs: null,
      lastError: null,
      holders: [],
    });
  });

  it('tells how connecting fails and when it is tried again', () => {
    const state = stateAfter(opened(), connecting(0), failed(0), open(1500), wait(1));
    expect(poolAccount(state, nobody, 1400, { connectError: new Error('refused') })).toMatchObject({
      phase: 'backing off',
      circuit: 'open',
      connectFailures: 1,
      retryInMs: 100,
      lastError: 'refused',
    });
    expect(poolAccount(state, nobody, 1600, { connectError: 'refused' }).retryInMs).toBe(0);
  });

  it('names the three who hold a connection longest', () => {
    const book = new LeaseBook<string>();
    for (const [i, since] of [40, 10, 30, 20].entries()) {
      book.add(leaseOf(idleOwner, { id: i + 1, connection: 7 + i, slot: i, since }));
    }
    expect(poolAccount(stateAfter(opened()), book, 100).holders).toEqual([
      { lease: 2, connection: 8, heldMs: 90 },
      { lease: 4, connection: 10, heldMs: 80 },
      { lease: 3, connection: 9, heldMs: 70 },
    ]);
  });

  it.each<[string, BareEvent[]]>([
    ['waiting', [...up(0), checkout(0)]],
    ['connecting', [connecting(0)]],
    ['connecting', [connecting(0), failed(0), connecting(0)]],
    ['backing off', [connecting(0), failed(0), open(99)]],
    ['waiting', [connecting(0), failed(0), ...up(0)]],
  ])('is in the phase %s', (phase, events) => {
    expect(accountAfter(...events).phase).toBe(phase);
  });

  it.each<[string, BareEvent[]]>([
    ['nothing is up', []],
    ['nothing is up yet, a connect is under way', [connecting(0)]],
    ['nothing is up, and connecting has failed', [connecting(0), failed(0), open(99)]],
    ['the strategy names none of the free connections', up(0)],
    ['every connection is unhealthy', [...up(0), health(0, false)]],
    ['every connection is in use, and there may be no more than 1', [opened({ maxSize: 1 }), ...up(0), checkout(0)]],
    ['every connection is in use, a connect is under way', [...up(0), checkout(0), connecting(1)]],
    ['every connection is in use, and connecting has failed', [...up(0), checkout(0), open(99)]],
    ['every connection is in use, and one should be back before a new one is up', [...up(0), checkout(0)]],
    [
      'every healthy connection is in use, a connect is under way',
      [...up(0, 1), checkout(0), health(1, false), connecting(2)],
    ],
  ])('explains: %s', (because, events) => {
    expect(accountAfter(...events).because).toBe(because);
  });
});

describe('waitAccount', () => {
  const pending = (timeoutMs: number) => ({ waiter: { id: 2, priority: 0, since: 100 }, timeoutMs });
  const account = (place: number, timeoutMs: number, ...events: BareEvent[]) => {
    const state = stateAfter(opened(), ...events);
    return waitAccount(poolAccount(state, nobody, 350), state, pending(timeoutMs), place, 350);
  };

  it('tells how long the waiter has waited and may wait', () => {
    expect(account(3, 500)).toMatchObject({ waiter: 2, place: 3, waitedMs: 250, timeoutMs: 500 });
    expect(account(3, 0).timeoutMs).toBeNull();
  });

  const used = [...up(0, 1), checkout(0), { ...checkin(0), usedMs: 30 } as BareEvent];

  it.each<[string, number | null, number, BareEvent[]]>([
    ['nothing is up', null, 1, []],
    ['no use is over', null, 1, [...up(0), checkout(0)]],
    ['two serve, with 30 ms a use', 60, 4, used],
    ['no use is over but a connect of 10 ms is under way', 10, 1, [...up(0), checkout(0), connecting(1)]],
    ['the connect under way is for somebody else', null, 2, [...up(0), checkout(0), connecting(1)]],
    ['what comes first is a connect', 10, 1, [...used, checkout(0), checkout(1), connecting(2)]],
    ['one of the two is unhealthy', 120, 4, [...used, health(1, false)]],
    ['nothing is up and it is tried again in 150 ms', 150, 1, [connecting(0), failed(0), open(500)]],
    ['connects took 10 ms before nothing was up', 160, 1, [...up(0), lost(0), open(500)]],
    ['it is to be tried again by now', 0, 1, [connecting(0), failed(0), open(300)]],
    ['a connect is under way though others failed', null, 1, [connecting(0), connecting(1), failed(0), open(500)]],
    ['something is up while connecting is held back', 60, 4, [...used, open(500)]],
  ])('when %s, expects %j ms', (_, expectedWaitMs, place, events) => {
    expect(account(place, 0, ...events).expectedWaitMs).toBe(expectedWaitMs);
  });
});

describe('placesOf', () => {
  it.each([1, 100])('counts from one, in the order of the queue (asked for %i)', (count) => {
    const state = stateAfter(opened(), wait(1), wait(2), wait(3, 1), wait(4, 0, 'k'));
    const placeOf = placesOf(state, count);
    expect(Array.from(state.waiters, (waiter) => [waiter.id, placeOf(waiter)])).toEqual([
      [3, 1],
      [1, 2],
      [4, 3],
      [2, 4],
    ]);
    expect(placeOf({ id: 9, priority: 0, since: 0 })).toBe(0);
  });
});
