import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../lib/index.ts';
import { a, b, c, countsOf, endpointPool, typesOf } from '../support/endpoint-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('connections are spread evenly', () => {
  it('over an endpoint that is listed later as well, one by one, each closed once', async () => {
    const { pool, server, endpoints$, log } = await endpointPool([a], { minSize: 6 });
    endpoints$.next([a, b, c]);
    await elapse(100);
    expect(countsOf(pool)).toEqual({ a: 2, b: 2, c: 2 });
    expect(log.filter((event) => event.type === 'retire' && event.reason === 'spread')).toHaveLength(4);
    expect(server.connections.map(({ closes }) => closes).sort()).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(Math.min(...log.map((_, i) => replay(log.slice(0, i + 1)).idle).slice(20))).toBe(5);
    expect(JSON.stringify(replay(log))).toBe(JSON.stringify(pool.state));
  });

  it('where there may be no more than there are', async () => {
    const { pool, endpoints$ } = await endpointPool([a], { minSize: 4, maxSize: 4 });
    endpoints$.next([a, b]);
    await elapse(100);
    expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
  });

  it('where none is idle, as they come back', async () => {
    const { pool, endpoints$ } = await endpointPool([a], { minSize: 4, maxSize: 4 });
    const leases = [0, 1, 2, 3].map(() => given(pool.tryCheckout()));
    endpoints$.next([a, b]);
    await elapse(100);
    expect(countsOf(pool)).toEqual({ a: 4, b: 0 });
    const waiting = leases.map(() => outcomeOf(pool.checkout({ timeoutMs: 0 })));
    for (const lease of leases) {
      lease.checkin();
      await settle();
    }
    expect(waiting.map(({ values }) => values)).toEqual([1, 1, 1, 1]);
    expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
  });

  it('above the floor too, and there are as many as before', async () => {
    const { pool, endpoints$ } = await endpointPool([a], { minSize: 2, maxSize: 20, idleTimeoutMs: 0 });
    pool.resize(6);
    await settle();
    pool.resize(2);
    const leases = [0, 1, 2, 3, 4, 5].flatMap(() => pool.tryCheckout() ?? []);
    endpoints$.next([a, b]);
    for (const lease of leases) lease.checkin();
    await elapse(100);
    expect(pool.state.idle).toBeGreaterThanOrEqual(2);
    const { a: ofA = 0, b: ofB = 0 } = countsOf(pool);
    expect(Math.abs(ofA - ofB)).toBeLessThanOrEqual(1);
  });

  it('again after one has failed and come back: by one first, by the rest when that has lived', async () => {
    const { pool, server, down, log } = await endpointPool([a, b], { minSize: 6 });
    down.add('a');
    for (const { id, endpoint } of pool.state.connections) if (endpoint === 'a') server.kill({ id });
    await settle();
    expect(countsOf(pool)).toEqual({ a: 0, b: 6 });
    down.delete('a');
    const { setAsideUntil = 0 } = pool.state.endpoints[0] ?? {};
    await elapse(Math.ceil(setAsideUntil - performance.now()));
    expect(countsOf(pool)).toEqual({ a: 1, b: 5 });
    await elapse(999);
    expect(countsOf(pool)).toEqual({ a: 1, b: 5 });
    await elapse(2);
    expect(countsOf(pool)).toEqual({ a: 3, b: 3 });
    expect(typesOf(log, 'circuit')).toEqual([]);
    expect(pool.state).toMatchObject({ idle: 6, moving: 0 });
  });

  it('and costs one connection at a time while the one that came back fails still', async () => {
    const { pool, server, down, connected } = await endpointPool([a, b], { minSize: 6 });
    down.add('a');
    for (const { id, endpoint } of pool.state.connections) if (endpoint === 'a') server.kill({ id });
    await settle();
    const before = connected.length;
    await elapse(30_000);
    // Set aside for 1, 2, 4, 8 and 16 seconds at the most: one attempt after each.
    expect(connected.slice(before).filter(({ id }) => id === 'a').length).toBeLessThanOrEqual(6);
    expect(pool.state).toMatchObject({ idle: 6, circuit: 'closed' });
  });

  it('and stays as it is where it is as even as can be', async () => {
    const { pool, log } = await endpointPool([a, b, c], { minSize: 7 });
    await elapse(60_000);
    expect(countsOf(pool)).toEqual({ a: 3, b: 2, c: 2 });
    expect(typesOf(log, 'retire')).toEqual([]);
  });
});
