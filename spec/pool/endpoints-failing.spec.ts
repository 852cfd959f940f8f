import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { a, b, c, countsOf, endpointPool, typesOf } from '../support/endpoint-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('an endpoint that fails', () => {
  it('is set aside after three connects that failed, while the circuit stays closed', async () => {
    const { pool, endpoints$, down, log } = await endpointPool([a, b]);
    down.add('c');
    endpoints$.next([a, b, c]);
    pool.resize(8);
    await settle();
    expect(countsOf(pool)).toEqual({ a: 4, b: 4, c: 0 });
    expect(typesOf(log, 'connectFailed', 'endpointSetAside', 'circuit')).toEqual([
      ['connectFailed', 'c'],
      ['connectFailed', 'c'],
      ['connectFailed', 'c'],
      ['endpointSetAside', 'c'],
    ]);
  });

  it('is set aside when its connections die, and back after a while that grows', async () => {
    const { pool, server, down, log } = await endpointPool([a, b], { minSize: 6 });
    down.add('a');
    for (const { id, endpoint } of pool.state.connections) if (endpoint === 'a') server.kill({ id });
    await settle();
    expect(countsOf(pool)).toEqual({ a: 0, b: 6 });
    expect(pool.state.circuit).toBe('closed');
    const lengths: number[] = [];
    for (let round = 0; round < 4; round++) {
      const { setAsideUntil = 0 } = pool.state.endpoints[0] ?? {};
      lengths.push(setAsideUntil - performance.now());
      await elapse(Math.ceil(setAsideUntil - performance.now()) + 1);
      // Another one is needed, and goes to where there are none.
      given(pool.tryCheckout()).destroy();
      await settle();
    }
    lengths.forEach((length, i) => {
      expect(length).toBeGreaterThanOrEqual(500 * 2 ** i - 3);
      expect(length).toBeLessThanOrEqual(1000 * 2 ** i);
    });
    expect(typesOf(log, 'endpointBack').length).toBe(4);
  });

  it('gets no leases, and its connections serve again afterwards', async () => {
    const { pool, server, down } = await endpointPool([a, b]);
    down.add('a');
    const [first] = [...pool.state.connections].filter(({ endpoint }) => endpoint === 'a');
    expect(first?.id).toBe(1);
    // Its replacement is tried there, twice.
    server.kill({ id: 3 });
    await settle();
    expect(pool.state.endpoints[0]).toMatchObject({ id: 'a', connections: 1, failures: 3 });
    expect(pool.state.withheld).toBe(1);
    const leases = [1, 2, 3].map(() => given(pool.tryCheckout()));
    expect(pool.tryCheckout()).toBeUndefined();
    expect(leases.map(({ connection }) => connection.id)).not.toContain(1);
    const waiting = outcomeOf(pool.checkout());
    await settle();
    await elapse(1000);
    expect([waiting.values, pool.state.withheld]).toEqual([1, 0]);
  });

  it('is not set aside where that would be more than half of them', async () => {
    const { pool, down, endpoints$, log } = await endpointPool([a, b]);
    down.add('a').add('b');
    endpoints$.next([]);
    endpoints$.next([a, b]);
    await settle();
    await elapse(5000);
    expect(pool.state.endpoints.filter(({ setAsideUntil }) => setAsideUntil > 0).length).toBeLessThanOrEqual(1);
    expect(typesOf(log, 'circuit').length).toBeGreaterThan(0);
  });

  it('opens the circuit where it is the only one, as ever', async () => {
    const { pool, down, endpoints$, connected } = await endpointPool([a]);
    down.add('a');
    endpoints$.next([]);
    const before = connected.length;
    endpoints$.next([a]);
    await settle();
    expect([pool.state.circuit, connected.length - before]).toEqual(['open', 1]);
    expect(pool.state.endpoints[0]?.setAsideUntil).toBe(0);
  });
});
