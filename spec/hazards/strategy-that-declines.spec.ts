import { filter, map, pipe } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Strategy, createPool, leastLoaded } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const some = { minSize: 2, maxSize: 50, checkoutTimeoutMs: 500 };

describe('I8 no connection is opened for a strategy that', () => {
  it.each<[string, Strategy, string]>([
    ['names nothing', map(() => undefined), 'the strategy names none of the free connections'],
    [
      'throws',
      map(() => {
        throw new Error('cannot choose');
      }),
      'the strategy names none of the free connections: cannot choose',
    ],
    [
      'names what is no record',
      map(() => 1 as never),
      'the strategy names none of the free connections: the strategy named something of type number, ' +
        'not a record of state.connections',
    ],
  ])('%s, and the timeout says so', async (_, strategy, because) => {
    const { pool, server } = await fakePool({ ...some, strategy });
    const waiter = outcomeOf(pool.checkout());
    await elapse(500);
    expect(server.connections).toHaveLength(2);
    expect(waiter.error).toMatchObject({ code: 'POOL_CHECKOUT_TIMEOUT', data: { because, idle: 2 } });
  });

  it('keeps some in reserve, and serves when they are more', async () => {
    const strategy = pipe(
      filter(({ idle }: { readonly idle: number }) => idle > 1),
      leastLoaded() as never,
    ) as unknown as Strategy;
    const { pool, server } = await fakePool({ ...some, strategy });
    const lease = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    await elapse(100);
    expect([server.connections.length, waiter.values]).toEqual([2, 0]);
    lease.checkin();
    expect(waiter.values).toBe(1);
  });
});

describe('what is no strategy is refused by name', () => {
  it.each<[string, unknown, RegExp]>([
    ['a built-in one that was not called', leastLoaded, /^strategy must be leastLoaded\(\)/],
    ['a function of one state', (state: { connections: Iterable<unknown> }) => [...state.connections][0], /operator/],
    ['a function that returns nothing', () => undefined, /operator/],
    ['a name', 'leastLoaded', /strategy must be a function/],
  ])('%s', (_, strategy, message) => {
    const options = { connect: () => Promise.resolve(1), strategy: strategy as Strategy };
    expect(() => createPool(options)).toThrow(message);
    expect(() => createPool(options)).toThrow(TypeError);
  });
});
