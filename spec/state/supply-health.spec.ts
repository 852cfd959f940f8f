import { describe, expect, it } from 'vitest';
import { supplyHealth } from '../../lib/state/supply-health.ts';
import { type BareEvent, following, health, on, opened, stateAfter, up } from '../support/pool-log.ts';

const broken: BareEvent = { type: 'circuit', circuit: 'open', retryAt: 1000 };
const tried: BareEvent = { type: 'circuit', circuit: 'halfOpen', retryAt: 0 };
const works: BareEvent = { type: 'circuit', circuit: 'closed', retryAt: 0 };
const failed: BareEvent = { type: 'connectFailed', ...on(0), error: 'no such file' };
const died: BareEvent = { type: 'down', ...on(0), error: 'it ended' };

describe('supplyHealth', () => {
  const kept = opened({ minSize: 2 });

  it.each<[string, BareEvent[], string]>([
    ['degraded until the first connection is up', [kept], 'degraded'],
    ['ok with some of those that are to be kept, while the others are opened', [kept, ...up(0)], 'ok'],
    ['ok while nobody has asked for any', [opened()], 'ok'],
    ['down while connecting fails and nothing is up', [kept, broken], 'down'],
    ['down until the test has succeeded', [kept, broken, tried], 'down'],
    ['degraded while connecting fails and something is up', [kept, ...up(0), broken], 'degraded'],
    ['degraded, not down, where whoever asks next makes the next attempt', [opened(), broken, tried], 'degraded'],
    ['down while whoever asked makes it', [opened(), broken, tried, { type: 'connecting', ...on(0) }], 'down'],
    ['degraded while one of two is unhealthy', [kept, ...up(0, 1), health(0, false)], 'degraded'],
    ['down while all are unhealthy', [kept, ...up(0, 1), health(0, false), health(1, false)], 'down'],
    ['down while the server rests', [kept, ...up(0), { type: 'resting', until: 500 }], 'down'],
    ['ok after the rest', [kept, ...up(0), { type: 'resting', until: 500 }, { type: 'rested' }], 'ok'],
    ['down without endpoints', [opened({ hasEndpoints: true })], 'down'],
    ['ok again once connecting works', [kept, broken, tried, ...up(0), works], 'ok'],
    ['down once the pool is being closed', [kept, ...up(0, 1), { type: 'drain' }], 'down'],
  ])('is %s', (_, events, expected) => {
    expect(supplyHealth(stateAfter(...events))).toBe(expected);
  });
});

describe('healthSince', () => {
  it('is the instant at which the health became what it is, whatever happens meanwhile', () => {
    const state = stateAfter(opened({ minSize: 1 }), { type: 'connecting', ...on(0) }, failed, broken);
    expect(state.healthSince).toBe(40);
    const still = following(state, tried, { type: 'connecting', ...on(0) }, failed, broken);
    expect(still.healthSince).toBe(40);
    expect(following(still, tried, ...up(0), works).healthSince).toBe(120);
  });

  it('is that of the first event for a pool that is nothing but new', () => {
    expect(stateAfter(opened()).healthSince).toBe(10);
  });
});

describe('lastError', () => {
  it('is that of the last failure until connecting works again', () => {
    const state = stateAfter(opened({ minSize: 1 }), { type: 'connecting', ...on(0) }, failed, broken);
    expect(state.lastError).toBe('no such file');
    const testing = following(state, tried, ...up(0));
    expect(testing.lastError).toBe('no such file');
    expect(following(testing, works).lastError).toBe('');
  });

  it('is that of a connection that died until the next one is up', () => {
    const state = stateAfter(opened({ minSize: 1 }), ...up(0), died);
    expect(state.lastError).toBe('it ended');
    expect(following(state, ...up(0)).lastError).toBe('');
  });

  it('is that of a failed health check until all are healthy', () => {
    const state = stateAfter(opened({ minSize: 2 }), ...up(0, 1), health(0, false), health(1, false));
    expect(following(state, health(0, true)).lastError).toBe('no answer');
    expect(following(state, health(0, true), health(1, true)).lastError).toBe('');
  });
});
