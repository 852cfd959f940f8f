import { EMPTY, Subject, filter, firstValueFrom, map } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Notice, replay } from '../../lib/index.ts';
import { collect } from '../support/listen.ts';
import { crowdFor, leaseFor, openPins, useFor } from '../support/pins.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('a pool that keeps connections for keys', () => {
  it('gives a key its own connection again, and no other key', async () => {
    const { pool } = await openPins();
    const [a, b] = [await useFor(pool, 'a'), await useFor(pool, 'b')];
    expect(a).not.toBe(b);
    expect([await useFor(pool, 'a'), await useFor(pool, 'b'), await useFor(pool, 'a')]).toEqual([a, b, a]);
    expect(pool.tryCheckout({ key: 'b' })?.connection.id).toBe(b);
  });

  it('names no key in its state, its events and its errors', async () => {
    const { pool, log } = await openPins({ maxSize: 1 });
    const held = await leaseFor(pool, 'hunter2');
    const error = rejectionOf(leaseFor(pool, 'hunter2', { timeoutMs: 50 }));
    const other = rejectionOf(leaseFor(pool, 'hunter3', { timeoutMs: 50 }));
    expect(JSON.stringify(pool.state)).not.toContain('hunter');
    expect([...pool.state.connections].map(({ pin }) => pin)).toEqual(['pin-1']);
    await elapse(60);
    expect(JSON.stringify([log, await error, await other])).not.toContain('hunter');
    held.checkin();
  });

  it('shows whoever waits behind a connection of his own as everybody else', async () => {
    const { pool } = await openPins();
    const pressure = collect(pool.pressure$);
    const held = await leaseFor(pool, 'a');
    const behind = crowdFor(pool, 'a', 30);
    expect([pool.state.waiting, pool.metrics.waitingCheckouts]).toEqual([30, 30]);
    expect(pressure.at(-1)).toBeGreaterThan(0.5);
    held.checkin();
    await elapse(100);
    expect(new Set(await Promise.all(behind))).toEqual(new Set([held.connection.id]));
  });

  it('opens one connection for a key, however many of it ask at once', async () => {
    const { pool, server } = await openPins({}, 50);
    const asked = [...crowdFor(pool, 'a', 30), ...crowdFor(pool, 'b', 30)];
    await elapse(200);
    await Promise.all(asked);
    expect(server.connectedAt).toHaveLength(2);
  });

  it('lets a key use its own connection though others wait for theirs', async () => {
    const { pool } = await openPins();
    const id = await useFor(pool, 'b');
    const held = await leaseFor(pool, 'a');
    const behind = crowdFor(pool, 'a', 3);
    expect(await useFor(pool, 'b')).toBe(id);
    expect(pool.state.waiting).toBe(3);
    held.checkin();
    await elapse(10);
    await Promise.all(behind);
  });

  it('gives a new connection to the key that has waited for it, whoever asks when it comes up', async () => {
    const { pool } = await openPins({ maxSize: 1 }, 20);
    const early = leaseFor(pool, 'early');
    const asked = pool.events$.pipe(
      filter(({ type }) => type === 'up'),
      map(() => pool.tryCheckout({ key: 'late' })),
    );
    const late = collect(asked);
    await elapse(20);
    expect([late, (await early).connection.id]).toEqual([[undefined], 1]);
  });

  it('never takes a connection from its key for a new one, and serves that when a connection ends', async () => {
    const { pool, server } = await openPins({ maxSize: 1 });
    const first = await leaseFor(pool, 'a');
    const waiting = leaseFor(pool, 'b');
    first.checkin();
    await elapse(500);
    expect(pool.state.waiting).toBe(1);
    await elapse(501);
    const second = await waiting;
    expect(second.connection.id).not.toBe(first.connection.id);
    expect(server.connection(first.connection.id).closes).toBe(1);
  });

  it('serves who waits for a connection that died with one that is nobody’s, in their order', async () => {
    const { pool, server } = await openPins({ minSize: 2 });
    const held = await leaseFor(pool, 'a');
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
    const { pool, server } = await openPins({ minSize: 2, notices: ({ id }) => (id === 1 ? told$ : EMPTY) });
    const held = await leaseFor(pool, 'a');
    expect(held.connection.id).toBe(1);
    const next = leaseFor(pool, 'a');
    told$.next({ note: 'going away', retire: true });
    await elapse(100);
    const [waiter] = [...pool.state.waiters];
    expect(pool.why({ waiter: waiter?.id ?? 0 })?.because).toContain('once another request of the same key is over');
    held.checkin();
    expect((await next).connection.id).toBe(2);
    expect(server.connection(1).closes).toBe(1);
  });

  it('gives a lease without a key what is nobody’s, and keeps it for nobody', async () => {
    const { pool } = await openPins();
    const id = await useFor(pool, 'a');
    const held = await firstValueFrom(pool.checkout());
    expect(held.connection.id).not.toBe(id);
    held.checkin();
    expect(await useFor(pool, 'b')).toBe(held.connection.id);
    expect(pool.state.pinned).toBe(2);
  });

  it('forgets keys that nobody uses any more', async () => {
    const { pool, log } = await openPins({ maxSize: 1, pinIdleMs: 10 });
    const held = await leaseFor(pool, 'a');
    for (let i = 0; i < 100; i++) expect(pool.tryCheckout({ key: `other ${i}` })).toBeUndefined();
    held.checkin();
    await elapse(20);
    await useFor(pool, 'a');
    const pins = log.flatMap((event) => (event.type === 'checkout' ? [event.pin] : []));
    expect(pins).toEqual(['pin-1', 'pin-102']);
  });

  it('can be replayed', async () => {
    const { pool, log } = await openPins();
    const snapshots = collect(pool.state$);
    const texts = snapshots.map((state) => JSON.stringify(state));
    const held = await leaseFor(pool, 'a');
    const behind = [...crowdFor(pool, 'a', 3), ...crowdFor(pool, 'b', 3)];
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
