import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../../lib/index.ts';
import { McpConnection, type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type AskedServer, startAskedServer } from '../../support/asked-server.ts';
import { until } from '../../support/until.ts';

const ended: unknown = expect.objectContaining({ name: 'PoolError', code: 'POOL_LEASE_ENDED' });
const call = { name: 'slow', arguments: {} };
const info = 'notifications/message';

let server: AskedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startAskedServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
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
  await until(() => server.methods.includes('notifications/initialized'));
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
    await until(() => server.calls.length === 1);
    server.answerAll();
    expect(await answered).toEqual({ content: [] });
  });

  it('hears of a request that its own signal ended what it heard before', async () => {
    await open();
    const { connection } = await lease();
    const abort = new AbortController();
    const answered = connection.client.callTool(call, { signal: abort.signal });
    await until(() => server.calls.length === 1);
    abort.abort('enough');
    await expect(answered).rejects.toThrow('enough');
    await until(() => server.methods.includes('notifications/cancelled'));
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
    server.reset();
    await expect(Promise.resolve(ask(connection))).rejects.toEqual(ended);
    await pool.use((next) => next.check());
    expect(server.methods).toEqual(['ping']);
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

describe('a connection that dies under its lease', () => {
  it('tells why to whom calls it then', async () => {
    const doomed = await startAskedServer();
    await open({ transport: tcp({ port: doomed.port }) });
    const { connection } = await lease();
    const outcomes = [
      connection.client.callTool(call).catch(String),
      firstValueFrom(connection.request({ method: 'tools/call', params: call })).catch(String),
    ];
    await until(() => doomed.calls.length === 2);
    await doomed.stop();
    const closed: unknown = expect.stringContaining('Connection closed');
    expect(await Promise.all(outcomes)).toEqual([closed, closed]);
    await expect(connection.client.ping()).rejects.toEqual(ended);
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
    await until(() => server.calls.length === 1);
    abort.abort('left');
    await expect(used).rejects.toBe('left');
    await until(() => outcomes.includes('done'));
    expect(outcomes).toEqual([ended, ended, ended, 'done']);
    expect(await pool.use((next) => next.check())).toEqual({});
    expect(server.calls).toHaveLength(1);
    expect(pool.state).toMatchObject({ size: 1, destroyed: 0 });
  });
});

it("has the methods of the SDK's client, which end with the lease", async () => {
  await open();
  const held = await lease();
  const { connection } = held;
  const outcome = connection.callTool(call);
  await until(() => server.calls.length === 1);
  server.answerAll();
  expect(await outcome).toHaveProperty('content');
  const left = connection.callTool(call).catch((error: unknown) => error);
  await until(() => server.calls.length === 1);
  held.checkin();
  expect(await left).toEqual(ended);
  await expect(connection.ping()).rejects.toEqual(ended);
});
