import { map, tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease, Pool, Strategy } from '../../lib/index.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect, listen } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

type Leases = (Lease<FakeConnection> | undefined)[];

const threeOf = (pool: Pool<FakeConnection>): Leases => [pool.tryCheckout(), pool.tryCheckout(), pool.tryCheckout()];

/** Calls `back` at the first time only. */
const once = (back: () => void) => {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    back();
  };
};

describe('three tryCheckout() in one callback are three different connections', () => {
  it.each(['events$', 'state$', 'metrics$'] as const)('of %s', async (stream) => {
    const { pool } = await fakePool({ minSize: 4, maxSize: 4 });
    const leases: Leases = [];
    const take = once(() => leases.push(...threeOf(pool)));
    let armed = false;
    listen<unknown>(pool[stream], () => {
      if (armed) take();
    });
    armed = true;
    if (stream === 'metrics$') listen(pool.metrics$, take);
    leases.push(given(pool.tryCheckout()));
    expect(new Set(leases.map((lease) => lease?.connection.id))).toEqual(new Set([1, 2, 3, 4]));
    expect(pool.state).toMatchObject({ active: 4, idle: 0 });
  });

  it('of a strategy, or none while it chooses', async () => {
    const leases: Leases = [];
    let take: () => void = () => undefined;
    const strategy: Strategy = (states$) =>
      states$.pipe(
        tap(() => {
          take();
        }),
        map(({ connections }) => connections.nextAvailable(0)),
      );
    const { pool } = await fakePool({ minSize: 4, maxSize: 4, strategy });
    take = once(() => leases.push(...threeOf(pool)));
    leases.push(pool.tryCheckout());
    const ids = leases.flatMap((lease) => (lease === undefined ? [] : [lease.connection.id]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(pool.state.active).toBe(ids.length);
  });
});

describe('a checkout that waits since a strategy is choosing', () => {
  it('is served in the same tick', async () => {
    let within: () => void = () => undefined;
    const strategy: Strategy = (states$) =>
      states$.pipe(
        tap(() => {
          within();
        }),
        map(({ connections }) => connections.leastLoaded()),
      );
    const { pool } = await fakePool({ minSize: 3, maxSize: 3, strategy });
    const outcomes: ReturnType<typeof outcomeOf>[] = [];
    within = once(() => outcomes.push(outcomeOf(pool.checkout()), outcomeOf(pool.checkout())));
    given(pool.tryCheckout());
    expect(outcomes.map(({ values }) => values)).toEqual([1, 1]);
    expect(pool.state).toMatchObject({ active: 3, waiting: 0 });
  });
});

describe('observers', () => {
  it('I7 cannot overtake a waiter with what they are told was checked in', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    const lease = given(pool.tryCheckout());
    const waiter = outcomeOf(pool.checkout());
    const taken: Leases = [];
    listen(pool.events$, ({ type }) => {
      if (type === 'checkin') taken.push(pool.tryCheckout());
    });
    lease.checkin();
    expect(taken).toEqual([undefined]);
    expect(waiter.values).toBe(1);
  });

  it('see every version in order, though a callback makes further ones', async () => {
    const { pool } = await fakePool({ minSize: 3, maxSize: 3 });
    const before = collect(pool.state$);
    let depth = 0;
    listen(pool.events$, ({ type }) => {
      if (type === 'checkout' && depth++ < 3) pool.tryCheckout()?.checkin();
    });
    const after = collect(pool.state$);
    const events = collect(pool.events$);
    given(pool.tryCheckout()).checkin();
    const rising = (versions: number[]) => versions.every((version, i) => i === 0 || version > (versions[i - 1] ?? 0));
    for (const states of [before, after]) expect(rising(states.map(({ version }) => version))).toBe(true);
    const versions = events.map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, i) => (versions[0] ?? 0) + i));
    expect(before.at(-1)?.version).toBe(pool.state.version);
    expect(events).toHaveLength(8);
  });

  it('find pool.state at least as new as what they are told', async () => {
    const { pool } = await fakePool({ minSize: 2, maxSize: 2 });
    const lags: number[] = [];
    listen(pool.events$, ({ version }) => lags.push(pool.state.version - version));
    listen(pool.state$, ({ version }) => lags.push(pool.state.version - version));
    listen(pool.events$, ({ type }) => {
      if (type === 'checkout') pool.tryCheckout();
    });
    given(pool.tryCheckout());
    expect(lags.length).toBeGreaterThan(3);
    expect(Math.min(...lags)).toBe(0);
  });

  it('may check in what they are told of, again and again, without growing the stack', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    let left = 20_000;
    const deepest = () => (new Error().stack ?? '').split('\n').length;
    let most = 0;
    listen(pool.events$, ({ type }) => {
      if (type !== 'checkin' || left-- <= 0) return;
      most = Math.max(most, deepest());
      pool.tryCheckout()?.checkin();
    });
    given(pool.tryCheckout()).checkin();
    expect(left).toBe(-1);
    expect(most).toBeLessThan(60);
    expect(pool.state).toMatchObject({ idle: 1, checkouts: 20_001, checkins: 20_001 });
  });
});
