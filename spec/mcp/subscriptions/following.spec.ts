import { Subject, firstValueFrom } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type McpEndpoint, type McpPool, type McpPoolOptions, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { changingServer } from '../../support/changing-server.ts';
import { heardOf } from '../../support/heard-of.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { type Say, startLineServer } from '../../support/line-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { updated } from '../../support/telling-server.ts';
import { until } from '../../support/until.ts';

const uri = 'file:///a';
const changed = { method: 'notifications/tools/list_changed' };
/** Longer than the time in which news of several connections count as one. */
const later = () => sleep(60);

interface Told {
  readonly pool: McpPool;
  /** One for each connection that is up, in the order in which they came. */
  readonly says: Say[];
  readonly asked: string[];
  readonly end: (connection: number) => void;
  readonly port: number;
}

/** A legacy server over TCP that says on each connection what it is told to say, and a pool of it. */
async function telling(options: McpPoolOptions = {}): Promise<Told> {
  const says: Say[] = [];
  const ends: (() => void)[] = [];
  const asked: string[] = [];
  const server = await startLineServer((message, say, socket) => {
    const { id, method } = message;
    if (method === 'notifications/initialized') {
      says.push(say);
      ends.push(() => socket.destroy());
    }
    if (method.startsWith('resources/')) {
      asked.push(method);
      say({ id, result: {} });
    } else answer(message, initialising(), say);
  });
  onTestFinished(() => server.stop());
  const pool = openPool({ transport: tcp({ port: server.port }), minSize: 4, maxSize: 4, ...options });
  await pool.ready();
  await until(() => says.length === pool.state.size);
  return { pool, says, asked, end: (connection) => ends[connection]?.(), port: server.port };
}

describe('listChanges', () => {
  it('hears each of four connections', async () => {
    const { pool, says } = await telling();
    const { times } = heardOf(pool.listChanges('tools'));
    for (const [index, say] of says.entries()) {
      say(changed);
      await until(() => times() === index + 1);
    }
  });

  it('tells once what all of them tell at the same time, and twice what each tells twice', async () => {
    const { pool, says } = await telling();
    const { times } = heardOf(pool.listChanges('tools'));
    for (const say of says) say(changed);
    await until(() => times() === 1);
    for (const say of says) for (let i = 0; i < 2; i++) say(changed);
    await until(() => times() === 3);
    await later();
    expect(times()).toBe(3);
  });

  it('tells each of several changes that one connection tells in a row', async () => {
    const { pool, says } = await telling({ minSize: 1, maxSize: 1 });
    const { times } = heardOf(pool.listChanges('tools'));
    for (let i = 0; i < 5; i++) says[0]?.(changed);
    await until(() => times() === 5);
  });

  it('takes no lease, opens no connection, and hears those that are leased', async () => {
    const { pool, says } = await telling({ maxSize: 8 });
    const leases = await Promise.all([1, 2, 3, 4].map(() => firstValueFrom(pool.checkout())));
    const { times } = heardOf(pool.listChanges('tools'));
    says[2]?.(changed);
    await until(() => times() === 1);
    expect(pool.state).toMatchObject({ checkouts: 4, connects: 4, waiting: 0 });
    for (const lease of leases) lease.checkin();
  });

  it('hears a connection that comes later, and one that takes the place of another, which is no gap', async () => {
    const { pool, says, end } = await telling({ maxSize: 8 });
    const { times } = heardOf(pool.listChanges('tools'));
    pool.resize(5);
    await until(() => says.length === 5);
    end(0);
    await until(() => says.length === 6);
    await later();
    expect(times()).toBe(0);
    says[4]?.(changed);
    await until(() => times() === 1);
    says[5]?.(changed);
    await until(() => times() === 2);
  });

  it('says once that something may have been missed where all connections were lost', async () => {
    const { pool, says, end } = await telling();
    const { times } = heardOf(pool.listChanges('tools'));
    for (let i = 0; i < 4; i++) end(i);
    await until(() => says.length === 8);
    await until(() => times() > 0);
    await later();
    expect(times()).toBe(1);
  });

  it('opens a connection where none is up, and lets it be retired', async () => {
    const { pool, says } = await telling({ minSize: 0, idleTimeoutMs: 100 });
    expect(pool.state.size).toBe(0);
    const { subscription, times } = heardOf(pool.listChanges('tools'));
    await until(() => says.length === 1);
    await until(() => says.length === 2);
    await until(() => times() === 1);
    subscription.unsubscribe();
    await until(() => pool.state.size === 0);
    expect(pool.state.checkouts).toBe(0);
  });

  it('listens at each endpoint, as to a server of its own', async () => {
    const [one, two] = [await telling(), await telling()];
    const endpoints$ = new Subject<readonly McpEndpoint[]>();
    const servers = [one, two].map(({ port }, index) => ({ id: String(index), transport: tcp({ port }) }));
    const pool = openPool({ endpoints$, minSize: 2, maxSize: 2 });
    endpoints$.next(servers);
    await pool.ready();
    await until(() => one.says.length === 5 && two.says.length === 5);
    const { times } = heardOf(pool.listChanges('tools'));
    for (const { says } of [one, two]) says[4]?.(changed);
    await until(() => times() === 2);
  });
});

describe('resourceUpdates', () => {
  it('subscribes on each connection, and on those that come later', async () => {
    const { pool, says, asked } = await telling({ maxSize: 8 });
    const { times, subscription } = heardOf(pool.resourceUpdates(uri));
    await until(() => asked.length === 4);
    pool.resize(5);
    await until(() => asked.length === 5);
    for (const [index, say] of says.entries()) {
      say(updated(uri));
      await until(() => times() === index + 1);
    }
    subscription.unsubscribe();
    await until(() => asked.length === 10);
    expect(asked.slice(5)).toEqual(Array.from({ length: 5 }, () => 'resources/unsubscribe'));
    expect(pool.state.checkouts).toBe(0);
  });

  it('subscribes on a connection that is leased, and its lease may end meanwhile', async () => {
    const { pool, says, asked } = await telling({ minSize: 1, maxSize: 1 });
    const lease = await firstValueFrom(pool.checkout());
    const { times } = heardOf(pool.resourceUpdates(uri));
    await Promise.resolve();
    lease.checkin();
    await until(() => asked.length === 1);
    await pool.client.ping();
    says[0]?.(updated(uri));
    await until(() => times() === 1);
    expect(asked).toEqual(['resources/subscribe']);
  });

  it('goes on at those that accept where one refuses, and errors when all have', async () => {
    const http = [await startHttpServer(changingServer()), await startHttpServer()];
    for (const server of http) onTestFinished(() => server.stop());
    const [, knowsNone] = http;
    const servers = http.map(({ url }, index) => ({ id: String(index), transport: streamableHttp({ url }) }));
    const endpoints$ = new Subject<readonly McpEndpoint[]>();
    const pool = openPool({ endpoints$, minSize: 2, maxSize: 2 });
    endpoints$.next(servers);
    await pool.ready();
    const error = vi.fn();
    const subscription = pool.resourceUpdates(uri).subscribe({ error });
    await until(() => knowsNone?.log.includes('POST resources/subscribe') === true);
    await pool.client.listTools();
    expect(error).not.toHaveBeenCalled();
    subscription.unsubscribe();
    endpoints$.next(servers.slice(1));
    await until(() => Array.from(pool.state.connections, ({ endpoint }) => endpoint).every((id) => id === '1'));
    pool.resourceUpdates(uri).subscribe({ error });
    await until(() => error.mock.calls.length === 1);
  });
});
