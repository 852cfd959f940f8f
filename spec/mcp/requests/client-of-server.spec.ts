import { describe, expect, it, onTestFinished } from 'vitest';
import { createMcpPoolFamily, stdio, tcp } from '../../../lib/mcp/index.ts';
import { everything } from '../../support/everything.ts';
import { startLineServer } from '../../support/line-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';

describe('what a client of the pool knows of its server', () => {
  it('is what the connection that came up last was told, at once and for good', async () => {
    const pool = openPool({ transport: stdio(everything), maxSize: 1 });
    const { client } = pool;
    expect(client.getServerCapabilities()).toBeUndefined();
    expect(client.getServerVersion()).toBeUndefined();
    await pool.ready();
    expect(client.getServerCapabilities()?.tools).toBeDefined();
    expect(client.getServerVersion()?.name).toMatch(/everything/);
    expect(client.getInstructions()).toMatch(/\w/);
    await pool.use((_, lease) => {
      lease.destroy();
    });
    expect(client.getServerVersion()?.name).toMatch(/everything/);
  });

  it('is known with a connection for each request, and by the client of a family', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const transport = tcp({ port: server.port });
    const pool = openPool({ transport, pool: false });
    await pool.client.listTools();
    expect(pool.client.getServerVersion()).toBeDefined();
    const family = createMcpPoolFamily<string>({ key: (name) => name, options: () => ({ transport, maxSize: 1 }) });
    onTestFinished(() => family.close());
    const client = family.client('a');
    await client.listTools();
    expect(client.getServerVersion()).toEqual(pool.client.getServerVersion());
    expect(client.getServerCapabilities()).toEqual(pool.client.getServerCapabilities());
    expect(client.getInstructions()).toBe(pool.client.getInstructions());
  });
});

describe('the end of a client', () => {
  it('leaves the pool open, which has another one then', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const pool = openPool({ transport: tcp({ port: server.port }), maxSize: 1 });
    const { client } = pool;
    expect(pool.client).toBe(client);
    const underWay = client.listTools();
    await client.close();
    expect((await underWay).tools.length).toBeGreaterThan(0);
    await expect(client.listTools()).rejects.toThrow('this client was closed');
    expect(pool.state.phase).toBe('open');
    expect(pool.client).not.toBe(client);
    expect((await pool.client.listTools()).tools.length).toBeGreaterThan(0);
  });

  it('of a family ends that client only', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const options = () => ({ transport: tcp({ port: server.port }), maxSize: 1 });
    const family = createMcpPoolFamily<string>({ key: (name) => name, options });
    onTestFinished(() => family.close());
    const [one, other] = [family.client('a'), family.client('a')];
    await one.close();
    await expect(one.listTools()).rejects.toThrow('closed');
    expect((await other.listTools()).tools.length).toBeGreaterThan(0);
  });
});

describe('setLoggingLevel', () => {
  /** A server that writes down the levels of each connection. */
  const levels = async () => {
    const told: string[][] = [];
    const ends: (() => void)[] = [];
    const server = await startLineServer((message, say, socket) => {
      const { id, method, params } = message;
      if (method === 'notifications/initialized') {
        const own: string[] = [];
        told.push(own);
        Object.assign(socket, { own });
        ends.push(() => socket.destroy());
      }
      if (method === 'logging/setLevel') {
        (socket as unknown as { own: string[] }).own.push(params?.['level'] as string);
        say({ id, result: {} });
        return;
      }
      const { initialize, ...others } = initialising();
      const result = { ...(initialize?.['result'] as object), capabilities: { logging: {} } };
      answer(message, { ...others, initialize: { result } }, say);
    });
    onTestFinished(() => server.stop());
    const pool = openPool({ transport: tcp({ port: server.port }), minSize: 3, maxSize: 4 });
    await pool.ready();
    return { pool, told, ends };
  };

  it('holds on every connection, and on those that come up later', async () => {
    const { pool, told, ends } = await levels();
    await pool.client.setLoggingLevel('warning');
    await until(() => told.length === 3 && told.every((own) => own.at(-1) === 'warning'));
    ends[0]?.();
    await until(() => told[3]?.at(-1) === 'warning');
    await pool.client.setLoggingLevel('debug');
    await until(() => told.slice(1).every((own) => own.at(-1) === 'debug'));
  });

  it('rejects where the server does not know it, and tells no other connection', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const pool = openPool({ transport: tcp({ port: server.port }), minSize: 2, maxSize: 2, era: 'modern' });
    await expect(pool.client.setLoggingLevel('debug')).rejects.toThrow(/setLevel/);
  });
});
