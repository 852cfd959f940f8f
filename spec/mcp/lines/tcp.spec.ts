import { Client } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';
import { callEcho } from '../../support/call-echo.ts';
import { recordsOf } from '../../support/records.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import type { StartedServer } from '../../support/start-tcp-server.ts';

const newClient = () => new Client({ name: 'spec', version: '1.0.0' });

describe('tcp against a server in another process', () => {
  let server: StartedServer;
  beforeAll(async () => {
    server = await startTcpServer();
  });
  afterAll(() => server.stop());

  it('carries a legacy session', async () => {
    const client = newClient();
    await client.connect(tcp({ port: server.port }).create());
    expect(await callEcho(client, 'żółć 🌊')).toEqual({ type: 'text', text: 'żółć 🌊' });
    await client.close();
  });

  it('carries a modern connection', async () => {
    const client = new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(tcp({ port: server.port }).create());
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect(await callEcho(client, 'modern')).toEqual({ type: 'text', text: 'modern' });
    await client.close();
  });

  it('carries messages of megabytes', async () => {
    const client = newClient();
    await client.connect(tcp({ port: server.port }).create());
    const message = 'ż'.repeat(2 * 1024 * 1024);
    expect(await callEcho(client, message)).toEqual({ type: 'text', text: message });
    await client.close();
  });

  it('tells the server of a cancelled request', async () => {
    const client = newClient();
    await client.connect(tcp({ port: server.port }).create());
    const abort = new AbortController();
    const sleeping = client.callTool({ name: 'sleep', arguments: { ms: 60_000 } }, { signal: abort.signal });
    const rejected = expect(sleeping).rejects.toThrow();
    // An answer to what was sent later: by now the server has the request.
    await client.ping();
    abort.abort();
    await rejected;
    await client.ping();
    const { content } = await client.callTool({ name: 'cancelled' });
    expect(content).toEqual([{ type: 'text', text: '1' }]);
    await client.close();
  });

  it('initialises a thousand connections at once', async () => {
    const transport = tcp({ port: server.port });
    const clients = Array.from({ length: 1000 }, newClient);
    await Promise.all(clients.map((client) => client.connect(transport.create())));
    const echoes = await Promise.all(clients.map((client, index) => callEcho(client, String(index))));
    expect(echoes).toEqual(clients.map((_, index) => ({ type: 'text', text: String(index) })));
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('tcp when the server fails', () => {
  let listener: Server | undefined;
  const sockets: Socket[] = [];
  const listen = async (server: Server): Promise<number> => {
    listener = server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    listener?.close();
  });

  it('rejects the start with code, host and port where nobody listens', async () => {
    const port = await listen(createServer());
    listener?.close();
    for (const host of ['127.0.0.1', 'localhost']) {
      const transport = tcp({ host, port }).create();
      const records = recordsOf(transport);
      await expect(transport.start()).rejects.toMatchObject({
        code: 'ECONNREFUSED',
        message: expect.stringContaining(`${host}:${port}`) as unknown,
      });
      expect(records.closes).toBe(1);
    }
  });

  it('fails the request in flight when the server dies', async () => {
    const server = await startTcpServer();
    const client = newClient();
    await client.connect(tcp({ port: server.port }).create());
    await expect(client.callTool({ name: 'crash' })).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    await server.stop();
  });

  it('gives up connecting after connectTimeoutMs', async () => {
    // TLS is never spoken here, so the handshake does not end.
    const port = await listen(createServer());
    const transport = tcp({ port, tls: true, connectTimeoutMs: 50 }).create();
    await expect(transport.start()).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: `127.0.0.1:${port}: no TLS handshake within 50 ms`,
    });
  });

  it('gives up connecting when it is closed or killed meanwhile', async () => {
    const port = await listen(createServer());
    for (const end of ['close', 'kill'] as const) {
      const transport = tcp({ port, connectTimeoutMs: 0 }).create();
      const records = recordsOf(transport);
      const starting = expect(transport.start()).rejects.toThrow('closed');
      await transport[end]();
      await starting;
      expect(records).toMatchObject({ errors: [], closes: 1 });
      expect(transport.failure).toBeUndefined();
    }
  });

  it('closes and kills what was never started', async () => {
    const transport = tcp({ port: 1 }).create();
    const records = recordsOf(transport);
    await transport.close();
    transport.kill();
    expect(records.closes).toBe(1);
    await expect(transport.start()).rejects.toThrow('this one is closed');
  });
});
