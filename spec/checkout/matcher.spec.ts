import { filter, map, pipe, take, tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConnectionRecord,
  type NextRequest,
  type PoolState,
  type Strategy,
  leastLoaded,
  roundRobin,
} from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const poolOf = async (size: number, strategy: Strategy) => fakePool({ minSize: size, maxSize: size, strategy });

describe('a strategy of your own', () => {
  it('is asked for each request, which stands in next', async () => {
    const asked: (NextRequest | undefined)[] = [];
    const strategy = pipe(
      tap(({ next }: PoolState) => asked.push(next)),
      map(() => undefined),
    );
    const { pool } = await poolOf(1, strategy);
    await elapse(7);
    expect(pool.tryCheckout({ key: 'k', priority: 2 })).toBeUndefined();
    outcomeOf(pool.checkout({ key: 'w', priority: 1 }));
    const since = performance.now();
    expect(asked[0]).toEqual({ key: 'k', priority: 2, since });
    expect(asked.at(-1)).toMatchObject({ key: 'w', priority: 1, since });
  });

  it('may keep some connections in reserve', async () => {
    const strategy = pipe(
      filter(({ idle }: PoolState) => idle > 1),
      leastLoaded(),
    );
    const { pool } = await poolOf(3, strategy);
    const leases = [given(pool.tryCheckout()), given(pool.tryCheckout())];
    expect(pool.tryCheckout()).toBeUndefined();
    const waiting = outcomeOf(pool.checkout());
    expect([waiting.values, pool.state.idle]).toEqual([0, 1]);
    for (const lease of leases) lease.checkin();
    expect(waiting.values).toBe(1);
  });

  it('leases nobody a connection that is in use', async () => {
    const strategy = map(({ connections }: PoolState) => [...connections][0]);
    const { pool } = await poolOf(2, strategy);
    const lease = given(pool.tryCheckout());
    expect(pool.tryCheckout()).toBeUndefined();
    const waiting = outcomeOf(pool.checkout());
    lease.checkin();
    expect(valueOf(waiting).connection).toBe(lease.connection);
  });

  it('leases nobody a connection that is gone, though another has its slot', async () => {
    let first: ConnectionRecord | undefined;
    const strategy: Strategy = map(({ connections }) => (first ??= connections.get(0)));
    const { pool, server } = await poolOf(1, strategy);
    given(pool.tryCheckout()).checkin();
    server.kill({ id: 1 });
    await settle();
    expect(pool.state).toMatchObject({ idle: 1 });
    expect(pool.tryCheckout()).toBeUndefined();
  });

  it('may take a record from an older snapshot for one that can be leased', async () => {
    let first: ConnectionRecord | undefined;
    const strategy: Strategy = map(({ connections }) => (first ??= connections.get(0)));
    const { pool } = await poolOf(1, strategy);
    given(pool.tryCheckout()).checkin();
    expect(given(pool.tryCheckout()).connection.id).toBe(1);
  });

  it('is reported when it fails, and the pool goes on', async () => {
    const { pool, log } = await poolOf(2, pipe(roundRobin(), take(1)));
    given(pool.tryCheckout());
    given(pool.tryCheckout());
    expect(log.filter(({ type }) => type === 'strategyFailed')).toMatchObject([
      { error: 'the strategy completed' },
      { error: 'the strategy completed' },
    ]);
    expect(pool.state).toMatchObject({ active: 2, strategyFailures: 2, strategy: 'custom' });
  });
});

describe('a strategy that uses the pool while it chooses', () => {
  /** Does something once, in the midst of a choice. */
  async function meddling(size: number) {
    const own: { meddle: (() => void) | undefined } = { meddle: undefined };
    const meddle = tap<PoolState>(() => {
      const once = own.meddle;
      own.meddle = undefined;
      once?.();
    });
    const opened = await poolOf(size, pipe(meddle, roundRobin()));
    return { ...opened, own };
  }

  it('gets no lease at once, so that none is given twice', async () => {
    const { pool, own } = await meddling(2);
    let got: unknown = 'nothing yet';
    own.meddle = () => {
      got = pool.tryCheckout();
    };
    given(pool.tryCheckout());
    expect(got).toBeUndefined();
    expect(pool.state.active).toBe(1);
  });

  it('gets its lease after the one that is being chosen', async () => {
    const { pool, own } = await meddling(2);
    let inner: ReturnType<typeof outcomeOf> | undefined;
    own.meddle = () => {
      inner = outcomeOf(pool.checkout());
    };
    const lease = given(pool.tryCheckout());
    expect([lease.connection.id, inner?.values, pool.state.active]).toEqual([1, 1, 2]);
  });

  it('I5 takes a waiter out who was about to be served, and the next one is', async () => {
    const { pool, own } = await meddling(1);
    const lease = given(pool.tryCheckout());
    const first = outcomeOf(pool.checkout());
    const second = outcomeOf(pool.checkout());
    own.meddle = () => {
      first.leave();
    };
    lease.checkin();
    expect([first.values, second.values, pool.state.waiting]).toEqual([0, 1, 0]);
  });

  it('may give a lease back while the queue is served', async () => {
    const { pool, own } = await meddling(2);
    const [one, two] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
    const waiting = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    own.meddle = () => {
      two.checkin();
    };
    one.checkin();
    expect(waiting.map(({ values }) => values)).toEqual([1, 1]);
  });
});
