import { from, lastValueFrom, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, startLineServer } from '../support/line-server.ts';
import { collect } from '../support/listen.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { callOf, textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

let server: LineServer;
let pool: McpPool;

/** Counts for each connection: `add` answers the sum so far. */
beforeAll(async () => {
  const sums = new WeakMap<object, number>();
  server = await startLineServer((message, say, socket) => {
    if (message.method !== 'tools/call') {
      answer(message, initialising(), say);
      return;
    }
    const { by } = message.params?.['arguments'] as { by: number };
    const sum = (sums.get(socket) ?? 0) + by;
    sums.set(socket, sum);
    say({ id: message.id, result: { content: [{ type: 'text', text: String(sum) }] } });
  });
});
afterAll(() => server.stop());
afterEach(() => pool.close());

function open(options: Partial<McpPoolOptions> = {}): McpPool {
  pool = createMcpPool({
    transport: tcp({ port: server.port }),
    minSize: 1,
    maxSize: 4,
    sharing: 'pinned',
    affinity: ({ params }) => (params?.['arguments'] as { who: string }).who,
    ...options,
  });
  return pool;
}

const add = (who: string, by: number): ReturnType<typeof callOf> => callOf('add', { who, by });

describe('a pinned pool', () => {
  it('gives each key a connection of its own, whose state stays its own', async () => {
    open();
    const requests = Array.from({ length: 300 }, (_, i) => add(`key ${i % 3}`, (i % 3) + 1));
    const answers = await lastValueFrom(
      from(requests).pipe(withConnection(pool, undefined, { ordered: true }), toArray()),
    );
    const sums = answers.map((each) => Number(textOf(each)));
    expect(sums.slice(-3)).toEqual([100, 200, 300]);
  });

  it('asks the affinity of whatever goes through the drop-in client', async () => {
    open();
    const call = (who: string): Promise<unknown> => pool.client.callTool({ name: 'add', arguments: { who, by: 1 } });
    await Promise.all([call('a'), call('b'), call('a')]);
    expect([textOf(await call('a')), textOf(await call('b'))]).toEqual(['3', '2']);
  });

  it('lets a key wait for its own connection, though others are free', async () => {
    open({ minSize: 4 });
    await pool.ready();
    const held = await pool.use((_, lease) => Promise.resolve(lease), { key: 'a' });
    expect(held.connection.id).toBe(await pool.use(({ id }) => Promise.resolve(id), { key: 'a' }));
    const lease = pool.tryCheckout({ key: 'a' });
    expect(pool.tryCheckout({ key: 'a' })).toBeUndefined();
    await expect(pool.use(() => Promise.resolve(), { key: 'a', timeoutMs: 20 })).rejects.toMatchObject({
      code: 'POOL_CHECKOUT_TIMEOUT',
    });
    lease?.checkin();
  });

  it('destroys the connection of a key that was not used for long, and starts the next from nothing', async () => {
    const { events$ } = open({ pinIdleMs: 20 });
    const events = collect(events$);
    const call = (): Promise<string> =>
      pool.client.callTool({ name: 'add', arguments: { who: 'a', by: 5 } }).then(textOf);
    expect([await call(), await call()]).toEqual(['5', '10']);
    await until(() => events.some((event) => event.type === 'retire' && event.reason === 'pin'));
    expect(await call()).toBe('5');
  });

  it('replaces the connection of a key when it dies', async () => {
    const events = collect(open().events$);
    const use = (): Promise<string> =>
      pool.use((connection) => connection.request(add('a', 1)), { key: 'a' }).then(textOf);
    expect([await use(), await use()]).toEqual(['1', '2']);
    for (const socket of server.sockets) socket.destroy();
    await until(() => events.some(({ type }) => type === 'down'));
    expect(await use()).toBe('1');
    expect(pool.state.invalidCheckins).toBe(0);
  });

  it('has room for no more keys than connections; others wait, and are told why', async () => {
    open({ maxSize: 2 });
    const call = (who: string): Promise<unknown> => pool.client.callTool({ name: 'add', arguments: { who, by: 1 } });
    await Promise.all([call('a'), call('b')]);
    const error = await rejectionOf(pool.use(() => Promise.resolve(), { key: 'c', timeoutMs: 20 }));
    expect(error).toMatchObject({ code: 'POOL_CHECKOUT_TIMEOUT', data: { phase: 'waiting' } });
    expect(String(error)).toContain('all 2 connections are pinned, and there may be no more than 2');
    await until(() => pool.state.waiting === 0);
  });

  it('needs a key for each checkout', () => {
    open();
    expect(() => pool.checkout()).toThrow('needs a key');
    expect(() => pool.tryCheckout()).toThrow(TypeError);
  });

  it('closes with everything that is pinned, and refuses whoever comes later', async () => {
    open();
    await pool.use((connection) => connection.request(add('a', 1)), { key: 'a' });
    await pool.close();
    await until(() => server.sockets.size === 0);
    await expect(pool.use(() => Promise.resolve(), { key: 'a' })).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });
});

describe('sharing', () => {
  it.each([
    [{ sharing: 'anyhow' }, 'sharing must be'],
    [{ sharing: 'pinned', affinity: undefined }, 'affinity must be a function'],
    [{ sharing: 'exclusive', maxLeasesPerConnection: 2, affinity: undefined }, 'must be 1'],
    [{ sharing: 'pinned', pinIdleMs: -1 }, 'pinIdleMs'],
    [{ sharing: 'pinned', quarantineMs: Number.NaN }, 'quarantineMs'],
  ])('refuses what makes no sense: %o', (options, message) => {
    open();
    const transport = tcp({ port: server.port });
    expect(() => createMcpPool({ transport, affinity: () => '', ...options } as McpPoolOptions)).toThrow(message);
  });

  it('multiplexes 64 requests a connection unless it is told otherwise', async () => {
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, sharing: 'multiplex' });
    await pool.ready();
    expect(pool.state.maxLeasesPerConnection).toBe(64);
  });
});
