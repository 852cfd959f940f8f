import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codel } from '../../lib/index.ts';
import type { FakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { crowdFor, leaseFor, openPins, useFor } from '../support/pins.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('what ends a connection that is kept for a key', () => {
  const ends = (log: FakePool['log']): string[] =>
    log.flatMap((event) => (event.type === 'retire' ? [event.reason] : []));

  it('is that its key was not used for pinIdleMs, counted from the last use', async () => {
    const { pool, log } = await openPins({ pinIdleMs: 100 });
    for (let i = 0; i < 5; i++) {
      await useFor(pool, 'a');
      await elapse(90);
    }
    expect(ends(log)).toEqual([]);
    await elapse(11);
    expect(ends(log)).toEqual(['pin']);
    expect(pool.state.pinned).toBe(0);
  });

  it('is nothing with pinIdleMs 0', async () => {
    const { pool, log } = await openPins({ pinIdleMs: 0 });
    await useFor(pool, 'a');
    await elapse(1e8);
    expect([ends(log), pool.state.pinned]).toEqual([[], 1]);
  });

  it('is neither its age, nor its uses, nor that the pool shrinks', async () => {
    const { pool, log } = await openPins({ maxLifetimeMs: 50, maxUses: 2, idleTimeoutMs: 40, pinIdleMs: 10_000 });
    const spare = await firstValueFrom(pool.checkout());
    const id = await useFor(pool, 'a');
    spare.checkin();
    for (let i = 0; i < 5; i++) expect(await useFor(pool, 'a')).toBe(id);
    pool.resize(4);
    pool.resize(0);
    await elapse(500);
    expect(await useFor(pool, 'a')).toBe(id);
    expect(log.filter((event) => event.type === 'retire').map(({ connection }) => connection)).not.toContain(id);
    expect(ends(log).length).toBeGreaterThan(0);
  });

  it('is not one failed check: who waits for it has it back when it is well', async () => {
    const { pool, server } = await openPins({ healthCheckIntervalMs: 100, maxSize: 1 });
    const id = await useFor(pool, 'a');
    server.connection(id).health = 'bad';
    await elapse(150);
    const waiting = leaseFor(pool, 'a', { timeoutMs: 0 });
    await settle();
    const [waiter] = [...pool.state.waiters];
    expect(pool.why({ waiter: waiter?.id ?? 0 })?.because).toBe(`its connection (${id}) is unhealthy`);
    server.connection(id).health = 'good';
    await elapse(100);
    expect((await waiting).connection.id).toBe(id);
  });

  it('is a third failed check: who waits for it has a new one', async () => {
    const { pool, server, log } = await openPins({ healthCheckIntervalMs: 100, maxSize: 1 });
    const id = await useFor(pool, 'a');
    server.connection(id).health = 'bad';
    await elapse(150);
    const waiting = leaseFor(pool, 'a', { timeoutMs: 0 });
    await elapse(300);
    expect((await waiting).connection.id).not.toBe(id);
    expect(ends(log)).toEqual(['unhealthy']);
  });
});

describe('the account of a pool that keeps connections for keys', () => {
  async function full(): Promise<FakePool> {
    const opened = await openPins({ maxSize: 2 });
    await useFor(opened.pool, 'a');
    await useFor(opened.pool, 'b');
    return opened;
  }

  it('says that all connections are pinned, to a new key', async () => {
    const { pool } = await full();
    const error = rejectionOf(leaseFor(pool, 'c', { timeoutMs: 50 }));
    await elapse(50);
    const because = 'all 2 connections are pinned, and there may be no more than 2';
    expect(await error).toMatchObject({ data: { because, place: 1, phase: 'waiting', expectedWaitMs: null } });
  });

  it('says which connection a waiter waits for, and his place among those of his key', async () => {
    const { pool } = await full();
    const held = await leaseFor(pool, 'a');
    const { id } = held.connection;
    crowdFor(pool, 'c', 2).forEach((gone) => void rejectionOf(gone));
    const behind = crowdFor(pool, 'a', 2);
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
    const { pool } = await openPins({ minSize: 3 });
    const capacity = collect(pool.capacity$);
    await useFor(pool, 'a');
    const held = await leaseFor(pool, 'a');
    const behind = crowdFor(pool, 'a', 1);
    expect(capacity.at(-1)).toBe(2);
    held.checkin();
    await elapse(1);
    await Promise.all(behind);
  });

  it('sheds nobody for whom there is a connection, though other keys wait for long', async () => {
    const { pool } = await openPins({ minSize: 1, queue: codel({ targetMs: 10, intervalMs: 50 }) }, 40);
    const [busy] = crowdFor(pool, 'a', 3, 300);
    await elapse(200);
    expect(await Promise.race([useFor(pool, 'new'), elapse(100)])).toBeGreaterThan(0);
    await elapse(2000);
    await busy;
  });
});
