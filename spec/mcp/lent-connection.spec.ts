import type { Client } from '@modelcontextprotocol/client';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../lib/index.ts';
import { McpConnection, type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, type Message, type Say, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

const ended: unknown = expect.objectContaining({ name: 'PoolError', code: 'POOL_LEASE_ENDED' });
const call = { name: 'slow', arguments: {} };
const info = 'notifications/message';

/** What the server was asked by tool calls, which it answers when the spec wants it, and all methods it was sent. */
let calls: { readonly message: Message; readonly say: Say }[] = [];
let methods: string[] = [];
let server: LineServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startLineServer((message, say) => {
    methods.push(message.method);
    if (message.method === 'tools/call') calls.push({ message, say });
    else if (message.method.startsWith('resources/')) say({ id: message.id, result: {} });
    else answer(message, initialising(), say);
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  calls = [];
  methods = [];
});
afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
});

async function open(options: Partial<McpPoolOptions> = {}): Promise<void> {
  const clientOptions = { capabilities: { sampling: {} } };
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, clientOptions, ...options });
  await pool.ready();
}

function lease(): Promise<Lease<McpConnection>> {
  return firstValueFrom(pool.checkout());
}

/** A connection whose lease is over. */
async function kept(): Promise<McpConnection> {
  await until(() => methods.includes('notifications/initialized'));
  const held = await lease();
  const { connection } = held;
  held.checkin();
  return connection;
}

describe('a connection under its lease', () => {
  it('is the same each time, an McpConnection, and tells of itself', async () => {
    await open();
    const one = await lease();
    const { connection } = one;
    expect(one.connection).toBe(connection);
    expect(connection).toBeInstanceOf(McpConnection);
    expect(connection.id).toBe([...pool.state.connections][0]?.id);
    expect(connection.client.getServerVersion()).toMatchObject({ name: 'scripted' });
    expect(connection).toMatchObject({ garbageLines: 0, lateAnswers: 0 });
    one.checkin();
    expect((await lease()).connection).not.toBe(connection);
  });

  it('works by request, check and every method of its client', async () => {
    await open();
    const { connection } = await lease();
    expect(await firstValueFrom(connection.check())).toEqual({});
    expect(await connection.client.ping()).toEqual({});
    expect(await connection.client.request({ method: 'ping' })).toEqual({});
    const answered = connection.client.callTool(call);
    await until(() => calls.length === 1);
    calls[0]?.say({ id: calls[0].message.id, result: { content: [] } });
    expect(await answered).toEqual({ content: [] });
  });

  it('hears of a request that its own signal ended what it heard before', async () => {
    await open();
    const { connection } = await lease();
    const abort = new AbortController();
    const answered = connection.client.callTool(call, { signal: abort.signal });
    await until(() => calls.length === 1);
    abort.abort('enough');
    await expect(answered).rejects.toThrow('enough');
    await until(() => methods.includes('notifications/cancelled'));
  });
});

describe('a connection that was kept', () => {
  const asked: [string, (connection: McpConnection) => unknown][] = [
    ['request', (connection) => firstValueFrom(connection.request({ method: 'ping' }))],
    ['stream', (connection) => firstValueFrom(connection.stream({ method: 'ping' }))],
    ['check', (connection) => firstValueFrom(connection.check())],
    ['close', (connection) => connection.close()],
    ['client.ping', ({ client }) => client.ping()],
    ['client.request', ({ client }) => client.request({ method: 'ping' })],
    ['client.callTool', ({ client }) => client.callTool(call)],
    ['client.listTools', ({ client }) => client.listTools()],
    ['client.readResource', ({ client }) => client.readResource({ uri: 'a:b' })],
    ['client.listen', ({ client }) => client.listen({ toolsListChanged: true })],
    ['client.notification', ({ client }) => client.notification({ method: 'notifications/initialized' })],
    ['client.close', ({ client }) => client.close()],
    ['client.transport.send', ({ client }) => client.transport?.send({ jsonrpc: '2.0', id: 'x', method: 'ping' })],
  ];

  it.each(asked)('sends nothing by %s', async (_, ask) => {
    await open();
    const connection = await kept();
    methods = [];
    await expect(Promise.resolve(ask(connection))).rejects.toEqual(ended);
    await pool.use((next) => next.check());
    expect(methods).toEqual(['ping']);
  });

  const set: [string, (connection: McpConnection) => unknown][] = [
    ['answer', (connection) => connection.answer({})],
    ['setRequestHandler', ({ client }) => client.setRequestHandler('ping', () => ({}))],
    ['setNotificationHandler', ({ client }) => client.setNotificationHandler(info, () => undefined)],
    ['removeRequestHandler', ({ client }) => client.removeRequestHandler('ping')],
    ['onclose', ({ client }) => (client.onclose = () => undefined)],
    ['transport.onmessage', ({ client }) => client.transport && (client.transport.onmessage = () => undefined)],
  ];

  it.each(set)('sets nothing by %s', async (_, attempt) => {
    await open();
    const connection = await kept();
    expect(() => attempt(connection)).toThrow(expect.objectContaining({ code: 'POOL_LEASE_ENDED' }) as Error);
  });

  it('does not work by what was taken from it under the lease', async () => {
    await open();
    const held = await lease();
    const { client } = held.connection;
    const ping$ = held.connection.request({ method: 'ping' });
    held.checkin();
    await expect(firstValueFrom(ping$)).rejects.toEqual(ended);
    await expect(client.ping()).rejects.toEqual(ended);
  });

  it.each(['multiplex', 'pinned'] as const)('sends nothing where sharing is %s', async (sharing) => {
    await open({ sharing, minSize: 0, ...(sharing === 'pinned' && { affinity: () => 'key' }) });
    const connection = await pool.use((one) => Promise.resolve(one), { key: 'key' });
    await expect(connection.client.ping()).rejects.toEqual(ended);
    await expect(firstValueFrom(connection.check())).rejects.toEqual(ended);
    expect(await pool.use(({ client }) => client.ping(), { key: 'key' })).toEqual({});
  });
});

describe('work that goes on when its signal is aborted', () => {
  it('has its open call cancelled and its later ones refused, and the next is served at once', async () => {
    await open();
    const outcomes: unknown[] = [];
    const abort = new AbortController();
    const note = (error: unknown): void => void outcomes.push(error);
    const work = async ({ client }: McpConnection): Promise<void> => {
      await client.callTool(call).catch(note);
      await client.callTool(call).catch(note);
      await client.ping().catch(note);
      outcomes.push('done');
    };
    const used = pool.use(work, { signal: abort.signal });
    await until(() => calls.length === 1);
    abort.abort('left');
    await expect(used).rejects.toBe('left');
    await until(() => outcomes.includes('done'));
    expect(outcomes).toEqual([ended, ended, ended, 'done']);
    expect(await pool.use((next) => next.check())).toEqual({});
    expect(calls).toHaveLength(1);
    expect(pool.state).toMatchObject({ size: 1, destroyed: 0 });
  });
});

describe('what is set at a client', () => {
  /** Lets the server say one thing in a use of its own, so that whoever hears it does. */
  async function say(text: string): Promise<void> {
    const next = await lease();
    const answered = next.connection.client.callTool(call);
    await until(() => calls.length === 1);
    for (const { message, say: tell } of calls.splice(0)) {
      tell({ method: info, params: { level: 'info', data: text } });
      tell({ id: message.id, result: { content: [] } });
    }
    await answered;
    next.checkin();
  }

  it('is what it was before when the lease ends, however often it was set', async () => {
    const heard: string[] = [];
    const hear = (who: string) => (client: Client) => {
      client.setNotificationHandler(info, ({ params }) => void heard.push(`${who}: ${String(params.data)}`));
    };
    await open({ onClient: hear('pool') });
    await say('1');
    const first = await lease();
    hear('first')(first.connection.client);
    hear('first again')(first.connection.client);
    first.checkin();
    await say('2');
    const second = await lease();
    second.connection.client.removeNotificationHandler(info);
    second.checkin();
    await say('3');
    expect(heard).toEqual(['pool: 1', 'pool: 2', 'pool: 3']);
  });

  it('is taken back where nothing was set before', async () => {
    const heard: unknown[] = [];
    const hear = (...what: unknown[]): void => void heard.push(what);
    await open();
    const first = await lease();
    const { client } = first.connection;
    client.setNotificationHandler('notifications/tools/list_changed', hear);
    client.fallbackNotificationHandler = (notification) => Promise.resolve(hear(notification));
    client.fallbackRequestHandler = (request) => Promise.resolve({ asked: request.method });
    client.onerror = hear;
    if (client.transport) client.transport.onmessage = hear;
    first.checkin();
    const next = await lease();
    const ask = next.connection.client.callTool(call);
    await until(() => calls.length === 1);
    calls[0]?.say({ method: 'notifications/tools/list_changed' });
    calls[0]?.say({ method: 'notifications/x' });
    calls[0]?.say({ id: 'unheard of', result: {} });
    calls[0]?.say({ id: calls[0].message.id, result: { content: [] } });
    await ask;
    expect(heard).toEqual([]);
    expect(next.connection.client).toMatchObject({ fallbackRequestHandler: undefined, onerror: undefined });
  });

  it('is of one holder where a connection is shared, whoever leaves first', async () => {
    await open({ sharing: 'multiplex' });
    const [a, b] = [await lease(), await lease()];
    const [heardBy, other]: [string[], string[]] = [[], []];
    a.connection.client.setNotificationHandler(info, ({ params }) => void heardBy.push(String(params.data)));
    b.connection.client.setNotificationHandler(info, ({ params }) => void other.push(String(params.data)));
    a.checkin();
    await say('1');
    b.checkin();
    await say('2');
    expect([heardBy, other]).toEqual([[], ['1']]);
  });
});

describe('a resource that a holder subscribed to', () => {
  const params = { uri: 'a:b' };

  it.each<[string, (connection: McpConnection) => Promise<unknown>]>([
    ['its client', ({ client }) => client.subscribeResource(params)],
    ['a request of its client', ({ client }) => client.request({ method: 'resources/subscribe', params })],
    ['a request', (connection) => firstValueFrom(connection.request({ method: 'resources/subscribe', params }))],
  ])('is left when the lease ends, by %s', async (_, subscribe) => {
    await open();
    await pool.use(subscribe);
    await until(() => methods.includes('resources/unsubscribe'));
  });

  it('is not left where it was left before', async () => {
    await open();
    await pool.use(async ({ client }) => {
      await client.subscribeResource(params);
      await client.unsubscribeResource(params);
    });
    await pool.use((next) => next.check());
    expect(methods.filter((method) => method === 'resources/unsubscribe')).toHaveLength(1);
  });

  it('is not left where the pool listens to it on the same connection', async () => {
    await open();
    const listening = pool.resourceUpdates(params.uri).subscribe();
    await until(() => methods.includes('resources/subscribe'));
    await until(() => pool.state.idle === 1);
    await pool.use(({ client }) => client.subscribeResource(params));
    await pool.use((next) => next.check());
    expect(methods).not.toContain('resources/unsubscribe');
    listening.unsubscribe();
    await until(() => methods.includes('resources/unsubscribe'));
  });
});
