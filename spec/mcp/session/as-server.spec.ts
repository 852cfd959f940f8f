import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Client as ClientOfVersion1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as TransportOfVersion1 } from '@modelcontextprotocol/sdk/inMemory.js';
import type { McpServer as ServerOfVersion1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { McpServer } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, type PoolServer, asServer } from '../../../lib/mcp/index.ts';
import { FrontedServer, call } from '../../support/fronted-server.ts';
import { until } from '../../support/until.ts';

const info = { name: 'spec', version: '1.0.0' };
let server: FrontedServer;
let pool: McpPool;
let instance: PoolServer;

beforeEach(async () => {
  server = await FrontedServer.open();
  ({ pool } = server);
  instance = asServer(pool);
});
afterEach(() => server.stop());

async function connected(): Promise<{ client: Client; sent: unknown[]; transport: InMemoryTransport }> {
  const [front, transport] = InMemoryTransport.createLinkedPair();
  const sent: unknown[] = [];
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    sent.push(options?.relatedRequestId);
    return send(message, options);
  };
  await instance.connect(transport);
  const client = new Client(info);
  await client.connect(front);
  return { client, sent, transport };
}

describe('a pool as a server', () => {
  it('serves the client of a transport', async () => {
    const { client, sent } = await connected();
    server.handles('tools/call', ({ id, params }, say) => {
      const { progressToken } = params?.['_meta'] as { progressToken: unknown };
      say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      say({ id, result: { content: [] } });
    });
    const progress: number[] = [];
    await client.callTool(call, { onprogress: (told) => progress.push(told.progress) });
    expect(progress).toEqual([1]);
    // Over HTTP a notification goes with the answer to this request of the client.
    expect(sent).toEqual([undefined, 1, undefined]);
  });

  it('serves several, each as a session of its own, and version 1 of the SDK as well', async () => {
    server.answers({ content: [] });
    const [front, transport] = TransportOfVersion1.createLinkedPair();
    await instance.connect(transport);
    const old = new ClientOfVersion1(info);
    const { client } = await connected();
    await old.connect(front);
    const results = await Promise.all([client.callTool(call), old.callTool(call)]);
    expect(results).toEqual([{ content: [] }, { content: [] }]);
  });

  it("goes without a cast where the SDK's class is asked for, of either version", async () => {
    const asked: readonly [{ instance: ServerOfVersion1 }, { instance: McpServer }] = [
      { instance: asServer(pool) },
      { instance: asServer(pool) },
    ];
    const [front, transport] = TransportOfVersion1.createLinkedPair();
    await asked[0].instance.connect(transport);
    const client = new ClientOfVersion1(info);
    await client.connect(front);
    await client.ping();
    await Promise.all(asked.map(({ instance }) => instance.close()));
    expect(pool.state.phase).toBe('open');
  });

  it('may be introduced to more than once, as claude-agent-sdk does', async () => {
    const [front, transport] = InMemoryTransport.createLinkedPair();
    await instance.connect(transport);
    const heard: unknown[] = [];
    front.onmessage = (message) => heard.push(message);
    await front.start();
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info };
    for (const id of ['sdk-manifest-capture:initialize', 1]) {
      await front.send({ jsonrpc: '2.0', id, method: 'initialize', params });
      await until(() => heard.length > 0);
      await front.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      expect(heard.splice(0)).toMatchObject([{ id, result: { serverInfo: { name: 'scripted' } } }]);
    }
    server.tells('notifications/tools/list_changed');
    await until(() => heard.length > 0);
    await front.send({ jsonrpc: '2.0', id: 2, method: 'ping' });
    await until(() => heard.length > 1);
    expect(heard).toMatchObject([{ method: 'notifications/tools/list_changed' }, { id: 2 }]);
  });

  it('ends the session with the client, and what it has asked', async () => {
    server.leavesOpen();
    const { client } = await connected();
    const outcome = client.callTool(call).catch(() => 'ended');
    await until(() => server.calls.length === 1);
    await client.close();
    expect(await outcome).toBe('ended');
    await until(() => server.sent('notifications/cancelled').length === 1);
    expect(pool.state.phase).toBe('open');
  });

  it('calls what the transport called before', async () => {
    const [, transport] = InMemoryTransport.createLinkedPair();
    let isTold = false;
    transport.onclose = () => (isTold = true);
    await instance.connect(transport);
    await instance.close();
    expect(isTold).toBe(true);
    expect(pool.state.phase).toBe('open');
  });

  it('closes its transports when the pool ends', async () => {
    const { client } = await connected();
    let isClosed = false;
    client.onclose = () => (isClosed = true);
    await pool.close();
    await until(() => isClosed);
  });

  it('tells the transport what cannot be sent', async () => {
    const { client, transport } = await connected();
    const errors: string[] = [];
    transport.onerror = ({ message }) => errors.push(message);
    transport.send = () => Promise.reject(new Error('gone'));
    const asked = client.ping({ timeout: 20 }).catch(() => undefined);
    await until(() => errors.length > 0);
    expect(errors).toEqual(['gone']);
    await asked;
  });
});
