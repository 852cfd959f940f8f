import { Client } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import type { TcpServer } from '../../../lib/mcp/server/serve-tcp.ts';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';
import { until } from '../../support/connected-transport.ts';
import { toolServer } from '../../support/tool-server.ts';

let server: TcpServer;
let errors: string[];

async function connected(): Promise<Client> {
  const client = new Client({ name: 'spec', version: '1.0.0' });
  await client.connect(tcp({ port: server.port }).create());
  return client;
}

beforeEach(async () => {
  errors = [];
  const onerror = (error: Error): number => errors.push(error.message);
  server = await serveTcp(toolServer(), { maxMessageBytes: 64 * 1024, onerror });
});

afterEach(() => server.close());

describe('serveTcp', () => {
  it('refuses options that make no sense at the call', () => {
    expect(() => serveTcp(toolServer(), { port: -1 })).toThrow(RangeError);
    expect(() => serveTcp(toolServer(), { host: '' })).toThrow(TypeError);
    expect(() => serveTcp(toolServer(), { maxMessageBytes: 0.5 })).toThrow(RangeError);
    expect(() => serveTcp(toolServer(), { maxConnections: -1 })).toThrow(
      'maxConnections must be a whole number from 0',
    );
  });

  it('rejects when the port is taken', async () => {
    await expect(serveTcp(toolServer(), { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('tells where it listens and counts who is connected', async () => {
    expect(server).toMatchObject({ host: '127.0.0.1', connections: 0 });
    const clients = await Promise.all([connected(), connected()]);
    expect(server.connections).toBe(2);
    await Promise.all(clients.map((client) => client.close()));
    await until(() => server.connections === 0);
  });

  it('ends its connections when it closes, and listens no more', async () => {
    const client = await connected();
    const closed = new Promise<void>((resolve) => (client.onclose = resolve));
    await Promise.all([server.close(), server.close()]);
    await closed;
    expect(server.connections).toBe(0);
    await expect(connected()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('closes within a bounded time although a client does not read', async () => {
    const deaf = connect(server.port, '127.0.0.1').on('error', () => undefined);
    const call = { method: 'tools/call', params: { name: 'echo', arguments: { message: 'x'.repeat(60_000) } } };
    deaf.pause().write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, ...call })}\n`.repeat(200));
    await until(() => server.connections === 1);
    await server.close();
    deaf.destroy();
  });

  it('leaves the others alone when one connection is reset, floods or talks nonsense', async () => {
    const good = await connected();
    const reset = connect(server.port, '127.0.0.1');
    await once(reset, 'connect');
    reset.resetAndDestroy();
    const flood = connect(server.port, '127.0.0.1').on('error', () => undefined);
    flood.resume().write('x'.repeat(1024 * 1024));
    const nonsense = connect(server.port, '127.0.0.1');
    nonsense.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\nnonsense\n{"jsonrpc":"2.0","id":1,"result":{}}\n\0\n');
    await once(flood, 'close');
    await until(() => errors.length >= 5);
    expect(errors.join('\n')).toMatch(/a message of at least \d+ bytes: the limit is 65536/);
    expect(errors.join('\n')).toContain('skipped a line that is no message: "nonsense"');
    expect(await good.ping()).toEqual({});
    nonsense.destroy();
    await good.close();
  });

  // Elsewhere 127.0.0.1 is all that loops back.
  it.runIf(process.platform === 'linux')('binds to 127.0.0.1 alone unless told otherwise', async () => {
    const reached = async (port: number): Promise<unknown> => {
      const socket = connect(port, '127.0.0.2');
      const outcome = await once(socket, 'connect').catch((error: unknown) => error);
      socket.destroy();
      return outcome;
    };
    expect(await reached(server.port)).toMatchObject({ code: 'ECONNREFUSED' });
    const open = await serveTcp(toolServer(), { host: '0.0.0.0' });
    expect(await reached(open.port)).toEqual([]);
    await open.close();
  });

  it('closes whoever is one too many at once, leaves the others alone, and gives a freed place away again', async () => {
    await server.close();
    server = await serveTcp(toolServer(), { maxConnections: 2, onerror: ({ message }) => errors.push(message) });
    const clients = await Promise.all([connected(), connected()]);
    const tooMany = await Promise.allSettled([connected(), connected()]);
    expect(tooMany.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(errors).toEqual(Array(2).fill('refused a connection: 2 of 2 are open'));
    expect(server.connections).toBe(2);
    expect(await Promise.all(clients.map((client) => client.ping()))).toEqual([{}, {}]);
    await clients[0].close();
    await until(() => server.connections === 1);
    const late = await connected();
    expect(await late.ping()).toEqual({});
    expect(errors).toHaveLength(2);
  });

  it.each([0, Infinity])('takes a maxConnections of %d for no bound', async (maxConnections) => {
    await server.close();
    server = await serveTcp(toolServer(), { maxConnections });
    await Promise.all([connected(), connected(), connected()]);
    expect(server.connections).toBe(3);
  });

  it('answers with an error and lives on when a server cannot be made', async () => {
    const failing = await serveTcp(() => Promise.reject(new Error('no server today')), {});
    const client = new Client({ name: 'spec', version: '1.0.0' });
    await expect(client.connect(tcp({ port: failing.port }).create())).rejects.toThrow('Internal server error');
    await failing.close();
  });

  it('gives each connection a server of its own', async () => {
    let made = 0;
    const counted = await serveTcp(() => {
      made++;
      return new McpServer({ name: `server-${made}`, version: '1.0.0' });
    });
    const transport = tcp({ port: counted.port });
    const clients = [1, 2, 3].map(() => new Client({ name: 'spec', version: '1.0.0' }));
    await Promise.all(clients.map((client) => client.connect(transport.create())));
    const names = clients.map((client) => client.getServerVersion()?.name);
    expect(new Set(names)).toEqual(new Set(['server-1', 'server-2', 'server-3']));
    await counted.close();
  });
});
