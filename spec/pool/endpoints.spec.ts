import { NEVER, Subject, concat, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPool } from '../../lib/index.ts';
import { type Host, a, b, countsOf, endpointPool, typesOf } from '../support/endpoint-pool.ts';
import { FakeServer } from '../support/fake-server.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('connections', () => {
  it('are spread over the endpoints, and connect is told which', async () => {
    const { pool, connected, log } = await endpointPool([a, b]);
    expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
    expect(connected).toEqual([a, b, a, b]);
    expect(typesOf(log, 'endpointListed', 'up')).toEqual([
      ['endpointListed', 'a'],
      ['endpointListed', 'b'],
      ['up', 'a'],
      ['up', 'b'],
      ['up', 'a'],
      ['up', 'b'],
    ]);
    expect([...pool.state.connections].map(({ endpoint }) => endpoint)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('know of no endpoint where there are none', async () => {
    const server = new FakeServer();
    const pool = createPool({ ...server.connector, minSize: 1 });
    await settle();
    const [record] = pool.state.connections;
    expect([record && 'endpoint' in record, pool.state.hasEndpoints, pool.state.endpoints]).toEqual([false, false, []]);
  });
});

describe('the list', () => {
  it('drains an endpoint that leaves: idle connections go, busy ones end their leases', async () => {
    const { pool, server, endpoints$, log } = await endpointPool([a, b]);
    const lease = given(pool.tryCheckout());
    expect(server.connection(lease.connection.id).id).toBe(1);
    endpoints$.next([b]);
    await settle();
    expect(countsOf(pool)).toEqual({ b: 4 });
    expect(typesOf(log, 'retire')).toHaveLength(2);
    expect(lease.connection.closes).toBe(0);
    lease.checkin();
    await settle();
    expect([lease.connection.closes, pool.state.size]).toEqual([1, 4]);
  });

  it('has one that comes back as a new one, its old connections apart', async () => {
    const { pool, endpoints$ } = await endpointPool([a, b]);
    const lease = given(pool.tryCheckout());
    endpoints$.next([b]);
    endpoints$.next([b, a]);
    await settle();
    expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
    lease.checkin();
    await settle();
    expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
  });

  it('may be empty: whoever waits is told so, and served when it is no longer', async () => {
    const { pool, endpoints$ } = await endpointPool([]);
    const waiting = outcomeOf(pool.checkout({ timeoutMs: 50 }));
    await elapse(50);
    expect(waiting.error).toMatchObject({
      code: 'POOL_CHECKOUT_TIMEOUT',
      data: { phase: 'no endpoints', connecting: 0 },
    });
    expect((waiting.error as Error).message).toContain('(no endpoints): there are no endpoints;');
    const served = outcomeOf(pool.checkout());
    endpoints$.next([a]);
    await settle();
    expect(served.values).toBe(1);
  });

  it.each([
    ['errors', throwError(() => new Error('no such name'))],
    ['emits what is no list', concat(of('a' as unknown as Host[]), NEVER)],
    ['emits an endpoint without an id', concat(of([{ port: 1 } as Host]), NEVER)],
  ])('stays as it was when endpoints$ %s', async (_, end$) => {
    const { pool, log } = await endpointPool([], { endpoints$: concat(of([a]), end$) });
    expect(countsOf(pool)).toEqual({ a: 4 });
    expect(typesOf(log, 'endpointsFailed')).toHaveLength(1);
  });

  it('stays as it was when endpoints$ completes', async () => {
    const { pool, log } = await endpointPool([], { endpoints$: of([a, b]) });
    expect(countsOf(pool)).toEqual({ a: 2, b: 2 });
    expect(typesOf(log, 'endpointsFailed')).toEqual([]);
  });

  it('is left when the pool closes', async () => {
    const endpoints$ = new Subject<Host[]>();
    const { pool } = await endpointPool([], { endpoints$ });
    expect(endpoints$.observed).toBe(true);
    await pool.close();
    expect(endpoints$.observed).toBe(false);
  });

  it('is refused where it is no observable', () => {
    expect(() => createPool({ connect: () => NEVER, endpoints$: [] as never })).toThrow(
      'endpoints$ must be an Observable',
    );
  });
});
