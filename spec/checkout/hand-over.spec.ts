import type { Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lease, type Pool, type PoolEvent, type PoolOptions, createPool } from '../../lib/index.ts';
import { type FakeConnection, FakeServer } from '../support/fake-server.ts';
import { collect, listen } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

type AnyPool = Pool<FakeConnection>;

const audiences: readonly (readonly [string, ((pool: AnyPool) => Observable<unknown>) | undefined])[] = [
  ['nobody', undefined],
  ['an observer of events$', ({ events$ }) => events$],
  ['an observer of state$', ({ state$ }) => state$],
  ['an observer of metrics$', ({ metrics$ }) => metrics$],
];

describe.each(audiences)('a connection that is checked in before %s', (_, stream) => {
  /** One connection is leased, and the audience is there. */
  async function busy(options: Partial<PoolOptions<FakeConnection>> = {}) {
    const server = new FakeServer();
    const pool = createPool({ ...server.connector, minSize: 1, maxSize: 1, checkoutTimeoutMs: 0, seed: 1, ...options });
    await settle();
    if (stream !== undefined) listen<unknown>(stream(pool), () => undefined);
    return { pool, server, lease: given(pool.tryCheckout()) };
  }

  it('goes to the first in the queue, in two versions', async () => {
    const { pool, lease } = await busy();
    const { version } = pool.state;
    const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    await elapse(7);
    lease.checkin();
    expect([first.values, second.values]).toEqual([1, 0]);
    expect(valueOf(first).connection).toBe(lease.connection);
    expect(pool.state).toMatchObject({ version: version + 4, checkouts: 2, checkins: 1, waitedMs: 7, useMs: 7 });
    expect(pool.state).toMatchObject({ active: 1, waiting: 1, waitingSince: 0, returnedAt: 7, cursor: 1 });
  });

  it('goes to the next where the first leaves as it is served by another', async () => {
    const { pool, server, lease } = await busy({ maxSize: 2 });
    const other = given(pool.tryCheckout() ?? (await settled(pool)));
    const taken: string[] = [];
    const second = () => leaving.unsubscribe();
    pool.checkout().subscribe((own) => {
      taken.push(`first ${own.connection.id}`);
      other.checkin();
      second();
    });
    const leaving = pool.checkout().subscribe(() => taken.push('second'));
    pool.checkout().subscribe((own) => taken.push(`third ${own.connection.id}`));
    lease.checkin();
    expect(taken).toEqual([`first ${lease.connection.id}`, `third ${other.connection.id}`]);
    expect(server.connections).toHaveLength(2);
    expect(pool.state).toMatchObject({ active: 2, idle: 0, waiting: 0 });
  });

  it('is idle when the last in the queue leaves as its lease is on its way', async () => {
    const { pool, lease } = await busy();
    const last = outcomeOf(pool.checkout({ priority: -1 }));
    pool.checkout().subscribe((own) => {
      own.checkin();
      last.leave();
    });
    lease.checkin();
    expect(last.values).toBe(0);
    expect(pool.state).toMatchObject({ idle: 1, active: 0, waiting: 0, checkouts: 3, checkins: 3 });
  });

  it('has ended for its holder before the next one has it', async () => {
    const { pool, lease } = await busy();
    const told: string[] = [];
    listenTo(lease, told);
    pool.checkout().subscribe(() => told.push('next'));
    lease.checkin();
    expect(told).toEqual(['over', 'next']);
    lease.checkin();
    expect(pool.state).toMatchObject({ active: 1, invalidCheckins: 1 });
  });

  it('warns the one who has it now when it dies, and nobody else', async () => {
    const { pool, server, lease } = await busy();
    const told: string[] = [];
    listenTo(lease, told);
    const next = outcomeOf(pool.checkout());
    lease.checkin();
    const revoked = collect(valueOf(next).revoked$);
    server.kill(lease.connection);
    expect(told).toEqual(['over']);
    expect(revoked).toMatchObject([{ reason: 'down', leases: 1 }]);
    await settle();
    expect(pool.state).toMatchObject({ lost: 1, deaths: 1 });
  });

  it('is replaced where its work has shown that it is broken, and the next one gets another', async () => {
    const { pool, server, lease } = await busy({ isBroken: () => true });
    lease.checkin();
    const failed = rejectionOf(pool.use(() => Promise.reject(new Error('broken'))));
    const next = outcomeOf(pool.checkout());
    await failed;
    await settle();
    expect(valueOf(next).connection.id).toBe(2);
    expect(server.alive).toHaveLength(1);
  });

  it('is replaced after its last use, and the next one gets another', async () => {
    const { pool, lease } = await busy({ maxUses: 1 });
    const next = outcomeOf(pool.checkout());
    lease.checkin();
    await settle();
    expect(valueOf(next).connection.id).toBe(2);
    expect(pool.state).toMatchObject({ checkouts: 2, checkins: 1, active: 1, closing: 0 });
  });

  it('leaves a snapshot as it is that was taken before, or in between', async () => {
    const { pool, lease } = await busy();
    const held = [pool.state].map((state) => ({ state, json: JSON.stringify(state) }));
    const hold = () => held.push({ state: pool.state, json: JSON.stringify(pool.state) });
    for (let i = 0; i < 3; i++) {
      pool.checkout().subscribe((own) => {
        hold();
        own.checkin();
        hold();
      });
    }
    hold();
    lease.checkin();
    hold();
    for (const { state, json } of held) expect(JSON.stringify(state)).toBe(json);
    expect(new Set(held.map(({ state }) => state.version)).size).toBeGreaterThan(4);
  });

  it('tells one who begins to listen in the delivery of all that follows, and of nothing twice', async () => {
    const { pool, lease } = await busy();
    const events: PoolEvent[] = [];
    const versions: number[] = [];
    pool.checkout().subscribe((own) => {
      listen(pool.events$, (event) => events.push(event));
      listen(pool.state$, ({ version }) => versions.push(version));
      own.checkin();
    });
    outcomeOf(pool.checkout());
    lease.checkin();
    const last = pool.state.version;
    expect(events.map(({ version }) => version).slice(-2)).toEqual([last - 1, last]);
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['checkin', 'checkout']);
    expect(versions).toEqual(Array.from(versions, (_, i) => last - versions.length + 1 + i));
  });

  it('passes through ten thousand hands in one tick, on a stack that does not grow', async () => {
    const { pool, lease } = await busy();
    const depths: number[] = [];
    let left = 10_000;
    const again = (own: Lease<FakeConnection>): void => {
      if (left % 1000 === 0) depths.push(depth());
      if (--left > 0) pool.checkout().subscribe(again);
      own.checkin();
    };
    pool.checkout().subscribe(again);
    lease.checkin();
    expect(left).toBe(0);
    // The first one is told at once, all others in the loop that tells them.
    expect(new Set(depths.slice(1)).size).toBe(1);
    expect(pool.state).toMatchObject({ idle: 1, waiting: 0, checkouts: 10_001, checkins: 10_001 });
  });
});

it('an observer that comes between a wait and its checkout hears of the checkout', async () => {
  const pool = createPool({ ...new FakeServer().connector, minSize: 1, maxSize: 1 });
  await settle();
  const lease = given(pool.tryCheckout());
  outcomeOf(pool.checkout());
  const events = collect(pool.events$);
  lease.checkin();
  expect(events).toMatchObject([{ type: 'checkin' }, { type: 'checkout', waiter: 1 }]);
});

function listenTo({ revoked$ }: Lease<FakeConnection>, told: string[]): void {
  revoked$.subscribe({
    next: ({ reason }) => told.push(reason),
    error: () => told.push('error'),
    complete: () => told.push('over'),
  });
}

/** A lease of the second connection, which is opened for it. */
async function settled(pool: AnyPool): Promise<Lease<FakeConnection>> {
  const outcome = outcomeOf(pool.checkout());
  await settle();
  return valueOf(outcome);
}

/** How deep the present stack is. */
function depth(): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const { stack = '' } = new Error('here');
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split('\n').length;
}
