import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listed, openedWithEndpoints, upAt } from '../../support/endpoint-log.ts';
import { endpointsOf } from '../../support/endpoints-of.ts';
import { listen } from '../../support/listen.ts';
import { type BareEvent, on, opened, up } from '../../support/pool-log.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('an endpoint that rests', () => {
  const events = [openedWithEndpoints(), ...listed('a', 'b'), ...upAt('a', 0), ...upAt('b', 1)];

  it('does so until its time is up', () => {
    const { endpoints, record, changed, log, store } = endpointsOf(events);
    endpoints.rest(0, 30);
    expect([record('a')?.restingUntil, record('b')?.restingUntil, store.current.withheld]).toEqual([30, 0, 1]);
    vi.advanceTimersByTime(29);
    expect(changed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect([record('a')?.restingUntil, store.current.withheld, vi.getTimerCount()]).toEqual([0, 0, 0]);
    expect(changed).toHaveBeenCalledOnce();
    expect(log.map(({ type }) => type)).toEqual(['resting', 'rested']);
  });

  it('rests until the latest instant that it asked for', () => {
    const { endpoints, record, log } = endpointsOf(events);
    endpoints.rest(0, 30);
    endpoints.rest(0, 30);
    endpoints.rest(0, 20);
    expect([log.length, record('a')?.restingUntil]).toEqual([1, 30]);
    endpoints.rest(0, 80);
    vi.advanceTimersByTime(79);
    expect(record('a')?.restingUntil).toBe(80);
    vi.advanceTimersByTime(1);
    expect(record('a')?.restingUntil).toBe(0);
  });

  it('rests apart from the others, each for its own time', () => {
    const { endpoints, log } = endpointsOf(events);
    endpoints.rest(0, 50);
    endpoints.rest(1, 20);
    vi.advanceTimersByTime(100);
    expect(log.filter(({ type }) => type === 'rested')).toMatchObject([
      { endpoint: 'b', at: 20 },
      { endpoint: 'a', at: 50 },
    ]);
  });

  it('is the pool where there are no endpoints', () => {
    const { endpoints, store, log } = endpointsOf([opened(), ...up(0)]);
    endpoints.rest(0, 30);
    endpoints.rest(0, 10);
    expect([store.current.restingUntil, store.current.withheld]).toEqual([30, 1]);
    expect(log).toEqual([{ type: 'resting', until: 30, at: 0, version: 4 }]);
    vi.advanceTimersByTime(30);
    expect([store.current.restingUntil, store.current.withheld]).toEqual([0, 0]);
  });

  it.each<[string, BareEvent[]]>([
    ['its endpoint has left the list', [{ type: 'endpointUnlisted', endpoint: 'a' }]],
    ['the pool is being closed', [{ type: 'drain' }]],
    ['the connection is gone', [{ type: 'down', ...on(0), error: '' }]],
  ])('rests no more where %s', (_, more) => {
    const { endpoints, log } = endpointsOf([...events, ...more]);
    endpoints.rest(0, 30);
    expect(log).toEqual([]);
  });

  it('is the last that has a timer where they are stopped when its time is up', () => {
    const { endpoints, changed, committed$ } = endpointsOf(events);
    endpoints.rest(0, 30);
    endpoints.rest(1, 80);
    listen(committed$, () => endpoints.stop());
    vi.advanceTimersByTime(30);
    expect([changed.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('has no timer left once they are stopped, and none is set then', () => {
    const { endpoints, log } = endpointsOf(events);
    endpoints.rest(0, 30);
    endpoints.stop();
    endpoints.rest(1, 30);
    expect([vi.getTimerCount(), log.length]).toEqual([0, 1]);
  });
});
