import { describe, expect, it } from 'vitest';
import { healthFacts, healthOf } from '../../lib/metrics/health.ts';
import { pressureOf } from '../../lib/metrics/headroom.ts';
import type { Snapshot } from '../../lib/state/snapshot.ts';
import { type BareEvent, checkout, health, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';

const kept = opened({ minSize: 2 });
const connecting: BareEvent = { type: 'connecting', ...on(0) };
const failed: BareEvent = { type: 'connectFailed', ...on(0), error: 'the server exited with code 1:\n  no such file.' };
const broken: BareEvent = { type: 'circuit', circuit: 'open', retryAt: 14_000 };
const tried: BareEvent = { type: 'circuit', circuit: 'halfOpen', retryAt: 0 };
const listed: BareEvent = { type: 'endpointListed', endpoint: 'a' };
const aside: BareEvent = { type: 'endpointSetAside', endpoint: 'a', until: 900 };

const now = (state: Snapshot): ReturnType<typeof healthOf> => healthOf(state, pressureOf(state, 1000), 0);

describe('healthOf', () => {
  it.each<[BareEvent[], string]>([
    [[kept, connecting], 'Nothing is up yet. A connection is being opened.'],
    [[kept], 'Nothing is up yet.'],
    [[opened()], 'Nothing is up, for nobody asks.'],
    [[kept, ...up(0)], '1 connection is up.'],
    [[kept, ...up(0, 1), { type: 'connecting', ...on(2) }], '2 connections are up, 1 more being opened.'],
    [
      [kept, connecting, failed, broken],
      'Nothing is up: the server exited with code 1: no such file. Next try in 14 s.',
    ],
    [
      [kept, connecting, failed, broken, tried],
      'Nothing is up: the server exited with code 1: no such file. It is tried again.',
    ],
    [
      [kept, connecting, failed, broken, tried, connecting],
      'Nothing is up: the server exited with code 1: no such file. A connection is being opened.',
    ],
    [
      [opened(), connecting, failed, broken, tried],
      'Nothing is up: the server exited with code 1: no such file. Whoever asks next makes a new try.',
    ],
    [
      [kept, ...up(1), connecting, failed, broken],
      '1 connection is up, but connecting fails: the server exited with code 1: no such file. Next try in 14 s.',
    ],
    [[kept, broken], 'Nothing is up: connecting has failed. Next try in 14 s.'],
    [[kept, ...up(0, 1), health(0, false)], '1 of 2 connections is unhealthy: no answer.'],
    [
      [kept, ...up(0, 1), health(0, false), health(1, false)],
      'None of 2 connections can be used: all are unhealthy: no answer.',
    ],
    [[kept, ...up(0), health(0, false)], 'The only connection cannot be used: it is unhealthy: no answer.'],
    [[opened({ hasEndpoints: true })], 'Nothing is up: there are no endpoints.'],
    [
      [opened({ hasEndpoints: true }), { type: 'endpointsFailed', error: 'no DNS' }],
      'Nothing is up: there are no endpoints: no DNS.',
    ],
    [[opened({ hasEndpoints: true }), listed, aside], 'Nothing is up: every endpoint rests or is set aside.'],
    [
      [kept, ...up(0), { type: 'resting', until: 500 }],
      'The only connection cannot be used: the server asked for a rest.',
    ],
    [
      [opened({ minSize: 1, hasAllowance: true })],
      'Nothing is up: 0 of 1000 connections are allowed by the bound that it shares with other pools or machines.',
    ],
    [[kept, { type: 'drain' }], 'The pool is being closed.'],
    [[kept, { type: 'drain' }, { type: 'closed' }], 'The pool is closed.'],
  ])('says of %j: %s', (events, because) => {
    expect(now(stateAfter(...events)).because).toBe(because);
  });

  it('tells tenths of a second shortly before the next try', () => {
    const state = stateAfter(kept, broken);
    expect(healthOf(state, 1, 13_600).because).toMatch(/Next try in 0.4 s.$/);
    expect(healthOf(state, 1, 14_001).because).toMatch(/Next try now.$/);
  });

  it('is degraded while the queue is half full, since it is not empty', () => {
    const options = opened({ maxSize: 1, maxWaiting: 4 });
    const one = stateAfter(options, ...up(0), checkout(0), wait(1));
    expect(now(one)).toMatchObject({ status: 'ok' });
    expect(now(stateAfter(options, ...up(0), checkout(0), wait(1), wait(2)))).toEqual({
      status: 'degraded',
      because: '2 checkouts wait: half of the queue is full, or takes half of the time that they have.',
      since: 50,
    });
  });

  it('quotes no more of an error than anybody wants to read', () => {
    const state = stateAfter(kept, connecting, { type: 'connectFailed', ...on(0), error: 'x'.repeat(5000) }, broken);
    expect(healthFacts(state, null).cause).toHaveLength('Nothing is up: '.length + 500 + '….'.length);
  });
});
