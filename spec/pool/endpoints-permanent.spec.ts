import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { a, b, c, countsOf, endpointPool, typesOf } from '../support/endpoint-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const isPermanent = () => true;

/** A pool whose first list comes when its endpoints are down. */
async function downAt(...ids: string[]) {
  const pool = await endpointPool([], { isPermanent, minSize: 3 });
  for (const id of ids) pool.down.add(id);
  return pool;
}

describe('a permanent failure', () => {
  it.each([
    ['first', 'a'],
    ['second', 'b'],
    ['last', 'c'],
  ])('at the %s of three endpoints does not stop the others', async (_, bad) => {
    const { pool, endpoints$, log, connected } = await downAt(bad);
    endpoints$.next([a, b, c]);
    await expect(pool.ready()).resolves.toBeUndefined();
    expect(countsOf(pool)[bad]).toBe(0);
    expect(typesOf(log, 'circuit')).toEqual([]);
    const before = connected.length;
    await elapse(600_000);
    // Neither a storm nor silence: it may have been put right.
    const tries = connected.slice(before).filter(({ id }) => id === bad).length;
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThan(40);
  });

  it('at all of them is told at once, when each has been tried once', async () => {
    const { pool, endpoints$, connected } = await downAt('a', 'b', 'c');
    const waiting = outcomeOf(pool.checkout({ timeoutMs: 0 }));
    const ready = expect(pool.ready()).rejects.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      cause: { message: 'c is down' },
    });
    endpoints$.next([a, b, c]);
    await settle();
    await ready;
    expect(waiting.error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: { message: 'c is down' } });
    expect(connected).toEqual([a, b, c]);
    const later = outcomeOf(pool.checkout({ timeoutMs: 0 }));
    await settle();
    expect(later.error).toMatchObject({ code: 'POOL_CONNECT_FAILED' });
    expect(connected).toHaveLength(3);
  });

  it('at all of them is over when another one is listed', async () => {
    const { pool, endpoints$, log } = await downAt('a', 'b');
    endpoints$.next([a, b]);
    await settle();
    expect(pool.state.circuit).toBe('open');
    endpoints$.next([a, b, c]);
    const waiting = outcomeOf(pool.checkout());
    await settle();
    expect([waiting.values, pool.state.circuit, countsOf(pool)['c']]).toEqual([1, 'closed', 3]);
    expect(typesOf(log, 'up').every(([, endpoint]) => endpoint === 'c')).toBe(true);
  });

  it('of the one that is listed then is a failure like any other', async () => {
    const { pool, endpoints$, connected } = await downAt('a', 'b', 'c');
    endpoints$.next([a]);
    await settle();
    endpoints$.next([a, c]);
    await settle();
    expect([pool.state.circuit, connected]).toEqual(['open', [a, c]]);
    await expect(pool.ready()).rejects.toMatchObject({ cause: { message: 'c is down' } });
  });
});

describe('at most half of the endpoints are set aside', () => {
  it('even when those leave that were well: the one whose time is up first goes on', async () => {
    const d = { id: 'd', port: 4 };
    const { pool, server, endpoints$, down, log } = await endpointPool([a, b, c, d], { minSize: 8 });
    down.add('a').add('b');
    for (const { id, endpoint } of pool.state.connections) if (down.has(endpoint ?? '')) server.kill({ id });
    await settle();
    const aside = () => pool.state.endpoints.filter(({ setAsideUntil }) => setAsideUntil > 0);
    const [first, second] = aside().sort((one, other) => one.setAsideUntil - other.setAsideUntil);
    expect([aside().length, countsOf(pool)]).toEqual([2, { a: 0, b: 0, c: 4, d: 4 }]);
    endpoints$.next([a, b, c]);
    expect(aside().map(({ id }) => id)).toEqual([second?.id]);
    expect(typesOf(log, 'endpointBack', 'endpointUnlisted')).toEqual([
      ['endpointBack', first?.id],
      ['endpointUnlisted', 'd'],
    ]);
  });
});
