import { throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolError, createPool } from '../../lib/index.ts';
import { a, b, endpointPool, typesOf } from '../support/endpoint-pool.ts';
import { FakeServer } from '../support/fake-server.ts';
import { collect } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

class Busy extends Error {}
const restMs = (error: unknown) => (error instanceof Busy ? 200 : undefined);

function fail() {
  return throwError(() => new Busy('too many requests'));
}

describe('an endpoint that wants a rest', () => {
  it('gets no leases and no connects for so long, and then goes on by itself', async () => {
    const { pool, log, connected } = await endpointPool([a, b], { restMs });
    await pool.use(fail).catch(() => undefined);
    expect(pool.state.endpoints).toMatchObject([
      { id: 'a', restingUntil: performance.now() + 200 },
      { id: 'b', restingUntil: 0 },
    ]);
    pool.resize(8);
    await settle();
    expect(connected.slice(4).map(({ id }) => id)).toEqual(['b', 'b', 'b', 'b']);
    expect(pool.state).toMatchObject({ withheld: 2, circuit: 'closed' });
    await elapse(201);
    expect(pool.state).toMatchObject({ withheld: 0 });
    expect(typesOf(log, 'resting', 'rested')).toEqual([
      ['resting', 'a'],
      ['rested', 'a'],
    ]);
  });

  it('is the whole pool where there are no endpoints, which opens nothing meanwhile', async () => {
    const server = new FakeServer();
    const pool = createPool({ ...server.connector, minSize: 1, maxSize: 4, restMs });
    const log = collect(pool.events$);
    await settle();
    await pool.use(fail).catch(() => undefined);
    const outcomes = [outcomeOf(pool.checkout({ timeoutMs: 150 })), outcomeOf(pool.checkout())];
    await settle();
    const { data, message } = await timedOut(outcomes[0]);
    expect(data).toMatchObject({ phase: 'resting', restsForMs: 50, withheld: 1 });
    expect(message).toContain('(resting): the server asked for a rest, for another 50 ms;');
    expect(server.connections).toHaveLength(1);
    await elapse(60);
    expect([outcomes[1]?.values, pool.state.restingUntil]).toEqual([1, 0]);
    expect(typesOf(log, 'resting', 'rested')).toEqual([
      ['resting', ''],
      ['rested', ''],
    ]);
  });

  it.each([
    ['nothing', undefined, 0],
    ['nonsense', Number.NaN, 0],
    ['the past', -5, 0],
    ['for ever', Infinity, 60_000],
  ])('rests within bounds when it asks for %s', async (_, ms, expected) => {
    const { pool } = await endpointPool([a], { restMs: () => ms });
    await pool.use(fail).catch(() => undefined);
    expect(pool.state.endpoints[0]?.restingUntil).toBe(expected === 0 ? 0 : performance.now() + expected);
  });

  it('works on when restMs throws', async () => {
    const { pool } = await endpointPool([a], {
      restMs: () => {
        throw new Error('no judgement');
      },
    });
    await expect(pool.use(fail)).rejects.toThrow('too many requests');
    expect(pool.state.endpoints[0]?.restingUntil).toBe(0);
  });

  it('leaves no timer when the pool closes', async () => {
    const { pool } = await endpointPool([a], { restMs });
    await pool.use(fail).catch(() => undefined);
    await pool.close();
    expect(pool.state.phase).toBe('closed');
  });
});

async function timedOut(outcome: { readonly error: unknown } | undefined) {
  await elapse(150);
  return outcome?.error as PoolError<'POOL_CHECKOUT_TIMEOUT'>;
}
