import { EMPTY, type Observable, Subject, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckoutOptions, type Lease, type Notice, type Pool, codel, replay } from '../lib/index.ts';
import { type FakePool, fakePool } from './support/fake-pool.ts';
import type { FakeConnection } from './support/fake-server.ts';
import { collect } from './support/listen.ts';
import { rejectionOf } from './support/rejection-of.ts';
import { elapse, resumeTime, settle, stopTime } from './support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

type Leases = Observable<Lease<FakeConnection>>;

const lease = (
  pool: Pool<FakeConnection>,
  key: string,
  options: CheckoutOptions = {},
): Promise<Lease<FakeConnection>> => firstValueFrom(pool.checkout({ key, ...options }) as Leases);
const use = async (pool: Pool<FakeConnection>, key: string): Promise<number> => {
  const held = await lease(pool, key);
  held.checkin();
  return held.connection.id;
};
/** Asks for so many leases, one behind the other, each given back after a moment. */
const crowd = (pool: Pool<FakeConnection>, key: string, size: number, holdMs = 0): Promise<number>[] =>
  Array.from({ length: size }, () =>
    pool.use(
      ({ id }) =>
        new Promise<number>((resolve) => {
          setTimeout(resolve, holdMs, id);
        }),
      { key },
    ),
  );
const options = {
  minSize: 0,
  maxSize: 4,
  pinIdleMs: 1000,
  healthCheckIntervalMs: 0,
  idleTimeoutMs: 0,
  maxLifetimeMs: 0,
};

async function open(more: Partial<Parameters<typeof fakePool>[0]> = {}, connectMs = 0): Promise<FakePool> {
  return fakePool({ ...options, ...more }, { connectMs });
}

describe('a pool that keeps connections for keys', () => {
  it('gives a key its own connection again, and no other key', async () => {
    const { pool } = await open();
    const [a, b] = [await use(pool, 'a'), await use(pool, 'b')];
    expect(a).not.toBe(b);
    expect([await use(pool, 'a'), await use(pool, 'b'), await use(pool, 'a')]).toEqual([a, b, a]);
    expect(pool.tryCheckout({ key: 'b' })?.connection.id).toBe(b);
  });

  it('names no key in its state, its events and its errors', async () => {
    const { pool, log } = await open({ maxSize: 1 });
    const held = await lease(pool, 'hunter2');
    const error = rejectionOf(lease(pool, 'hunter2', { timeoutMs: 50 }));
    const other = rejectionOf(lease(pool, 'hunter3', { timeoutMs: 50 }));
    expect(JSON.stringify(pool.state)).not.toContain('hunter');
    expect([...pool.state.connections].map(({ pin }) => pin)).toEqual(['pin-1']);
    await elapse(60);
    expect(JSON.stringify([log, await error, await other])).not.toContain('hunter');
    held.checkin();
  });

  it('shows whoever waits behind a connection of his own as everybody else', async () => {
    const { pool } = await open();
    const pressure = collect(pool.pressure$);
    const held = await lease(pool, 'a');
    const behind = crowd(pool, 'a', 30);
    expect([pool.state.waiting, pool.metrics.waitingCheckouts]).toEqual([30, 30]);
    expect(pressure.at(-1)).toBeGreaterThan(0.5);
    held.checkin();
    await elapse(100);
    expect(new Set(await Promise.all(behind))).toEqual(new Set([held.connection.id]));
  });

  it('opens one connection for a key, however many of it ask at once', async () => {
    const { pool, server } = await open({}, 50);
    const asked = [...crowd(pool, 'a', 30), ...crowd(pool, 'b', 30)];
    await elapse(200);
    await Promise.all(asked);
    expect(server.connectedAt).toHaveLength(2);
  });

  it('lets a key use its own connection though others wait for theirs', async () => {
    const { pool } = await open();
    const id = await use(pool, 'b');
    const held = await lease(pool, 'a');
    const behind = crowd(pool, 'a', 3);
    expect(await use(pool, 'b')).toBe(id);
    expect(pool.state.waiting).toBe(3);
    held.checkin();
    await elapse(10);
    await Promise.all(behind);
  });

  it('never takes a connection from its key for a new one, and serves that when a connection ends', async () => {
    const { pool, server } = await open({ maxSize: 1 });
    const first = await lease(pool, 'a');
    const waiting = lease(pool, 'b');
    first.checkin();
    await elapse(500);
    expect(pool.state.waiting).toBe(1);
    await elapse(501);
    const second = await waiting;
    expect(second.connection.id).not.toBe(first.connection.id);
    expect(server.connection(first.connection.id).closes).toBe(1);
  });

  it('serves who waits for a connection that died with one that is nobody’s, in their order', async () => {
    const { pool, server } = await open({ minSize: 2 });
    const held = await lease(pool, 'a');
    const order: number[] = [];
    const behind = [1, 2, 3].map((n) => pool.use(({ id }) => Promise.resolve(order.push(n) && id), { key: 'a' }));
    server.kill(held.connection);
    await settle();
    const ids = await Promise.all(behind);
    expect([new Set(ids).size, order]).toEqual([1, [1, 2, 3]]);
    expect(ids).not.toContain(held.connection.id);
    expect(server.connectedAt).toHaveLength(3);
  });

  it('lets requests of a key follow one another even while its connection is retired', async () => {
    const told$ = new Subject<Notice>();
    const { pool, server } = await open({ minSize: 2, notices: ({ id }) => (id === 1 ? told$ : EMPTY) });
    const held = await lease(pool, 'a');
    expect(held.connection.id).toBe(1);
    const next = lease(pool, 'a');
    told$.next({ note: 'going away', retire: true });
    await elapse(100);
    const [waiter] = [...pool.state.waiters];
    expect(pool.why({ waiter: waiter?.id ?? 0 })?.because).toContain('once another request of the same key is over');
    held.checkin();
    expect((await next).connection.id).toBe(2);
    expect(server.connection(1).closes).toBe(1);
  });

  it('gives a lease without a key what is nobody’s, and keeps it for nobody', async () => {
    const { pool } = await open();
    const id = await use(pool, 'a');
    const held = await firstValueFrom(pool.checkout());
    expect(held.connection.id).not.toBe(id);
    held.checkin();
    expect(await use(pool, 'b')).toBe(held.connection.id);
    expect(pool.state.pinned).toBe(2);
  });

  it('forgets keys that nobody uses any more', async () => {
    const { pool, log } = await open({ maxSize: 1, pinIdleMs: 10 });
    const held = await lease(pool, 'a');
    for (let i = 0; i < 100; i++) expect(pool.tryCheckout({ key: `other ${i}` })).toBeUndefined();
    held.checkin();
    await elapse(20);
    await use(pool, 'a');
    const pins = log.flatMap((event) => (event.type === 'checkout' ? [event.pin] : []));
    expect(pins).toEqual(['pin-1', 'pin-102']);
  });

  it('can be replayed', async () => {
    const { pool, log } = await open();
    const snapshots = collect(pool.state$);
    const texts = snapshots.map((state) => JSON.stringify(state));
    const held = await lease(pool, 'a');
    const behind = [...crowd(pool, 'a', 3), ...crowd(pool, 'b', 3)];
    held.destroy();
    await elapse(20);
    await Promise.all(behind);
    expect(JSON.stringify(replay(log))).toBe(JSON.stringify(pool.state));
    for (const state of snapshots) {
      expect(JSON.stringify(replay(log, JSON.parse(JSON.stringify(state)) as never))).toBe(JSON.stringify(pool.state));
    }
    expect(snapshots.slice(0, texts.length).map((state) => JSON.stringify(state))).toEqual(texts);
  });
});

describe('what ends a connection that is kept for a key', () => {
  const ends = (log: FakePool['log']): string[] =>
    log.flatMap((event) => (event.type === 'retire' ? [event.reason] : []));

  it('is that its key was not used for pinIdleMs, counted from the last use', async () => {
    const { pool, log } = await open({ pinIdleMs: 100 });
    for (let i = 0; i < 5; i++) {
      await use(pool, 'a');
      await elapse(90);
    }
    expect(ends(log)).toEqual([]);
    await elapse(11);
    expect(ends(log)).toEqual(['pin']);
    expect(pool.state.pinned).toBe(0);
  });

  it('is nothing with pinIdleMs 0', async () => {
    const { pool, log } = await open({ pinIdleMs: 0 });
    await use(pool, 'a');
    await elapse(1e8);
    expect([ends(log), pool.state.pinned]).toEqual([[], 1]);
  });

  it('is neither its age, nor its uses, nor that the pool shrinks', async () => {
    const { pool, log } = await open({ maxLifetimeMs: 50, maxUses: 2, idleTimeoutMs: 40, pinIdleMs: 10_000 });
    const spare = await firstValueFrom(pool.checkout());
    const id = await use(pool, 'a');
    spare.checkin();
    for (let i = 0; i < 5; i++) expect(await use(pool, 'a')).toBe(id);
    pool.resize(4);
    pool.resize(0);
    await elapse(500);
    expect(await use(pool, 'a')).toBe(id);
    expect(log.filter((event) => event.type === 'retire').map(({ connection }) => connection)).not.toContain(id);
    expect(ends(log).length).toBeGreaterThan(0);
  });

  it('is not one failed check: who waits for it has it back when it is well', async () => {
    const { pool, server } = await open({ healthCheckIntervalMs: 100, maxSize: 1 });
    const id = await use(pool, 'a');
    server.connection(id).health = 'bad';
    await elapse(150);
    const waiting = lease(pool, 'a', { timeoutMs: 0 });
    await settle();
    const [waiter] = [...pool.state.waiters];
    expect(pool.why({ waiter: waiter?.id ?? 0 })?.because).toBe(`its connection (${id}) is unhealthy`);
    server.connection(id).health = 'good';
    await elapse(100);
    expect((await waiting).connection.id).toBe(id);
  });

  it('is a third failed check: who waits for it has a new one', async () => {
    const { pool, server, log } = await open({ healthCheckIntervalMs: 100, maxSize: 1 });
    const id = await use(pool, 'a');
    server.connection(id).health = 'bad';
    await elapse(150);
    const waiting = lease(pool, 'a', { timeoutMs: 0 });
    await elapse(300);
    expect((await waiting).connection.id).not.toBe(id);
    expect(ends(log)).toEqual(['unhealthy']);
  });
});

describe('the account of a pool that keeps connections for keys', () => {
  async function full(): Promise<FakePool> {
    const opened = await open({ maxSize: 2 });
    await use(opened.pool, 'a');
    await use(opened.pool, 'b');
    return opened;
  }

  it('says that all connections are pinned, to a new key', async () => {
    const { pool } = await full();
    const error = rejectionOf(lease(pool, 'c', { timeoutMs: 50 }));
    await elapse(50);
    const because = 'all 2 connections are pinned, and there may be no more than 2';
    expect(await error).toMatchObject({ data: { because, place: 1, phase: 'waiting', expectedWaitMs: null } });
  });

  it('says which connection a waiter waits for, and his place among those of his key', async () => {
    const { pool } = await full();
    const held = await lease(pool, 'a');
    const { id } = held.connection;
    crowd(pool, 'c', 2).forEach((gone) => void rejectionOf(gone));
    const behind = crowd(pool, 'a', 2);
    const accounts = [...pool.state.waiters].map((waiter) => pool.why({ waiter: waiter.id }));
    const because = `its connection (${id}) is in use by another request of the same key`;
    expect(accounts.filter((account) => account?.because === because).map((account) => account?.place)).toEqual([1, 2]);
    expect(pool.why({ connection: id })?.because).toBe('it is leased, and pinned');
    expect(pool.why({ lease: held.id })?.because).toBe('its key is pinned to it');
    held.checkin();
    await elapse(10);
    await Promise.all(behind);
    expect(pool.why({ connection: id })?.because).toMatch(/^it is pinned, unused for/);
    await pool.close();
  });

  it('counts in its capacity what a new key could have', async () => {
    const { pool } = await open({ minSize: 3 });
    const capacity = collect(pool.capacity$);
    await use(pool, 'a');
    const held = await lease(pool, 'a');
    const behind = crowd(pool, 'a', 1);
    expect(capacity.at(-1)).toBe(2);
    held.checkin();
    await elapse(1);
    await Promise.all(behind);
  });

  it('sheds nobody for whom there is a connection, though other keys wait for long', async () => {
    const { pool } = await open({ minSize: 1, queue: codel({ targetMs: 10, intervalMs: 50 }) }, 40);
    const [busy] = crowd(pool, 'a', 3, 300);
    await elapse(200);
    expect(await Promise.race([use(pool, 'new'), elapse(100)])).toBeGreaterThan(0);
    await elapse(2000);
    await busy;
  });
});
