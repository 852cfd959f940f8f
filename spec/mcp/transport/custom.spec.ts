import { InMemoryTransport, type Transport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, custom, poolTransport, stdio } from '../../../lib/mcp/index.ts';
import { everything } from '../../support/everything.ts';
import { textOf } from '../../support/tool-call.ts';
import { toolServer } from '../../support/tool-server.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const servers: McpServer[] = [];
const newServer = toolServer();

async function inMemory(): Promise<Transport> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = (await newServer({ era: 'legacy' })) as McpServer;
  servers.push(server);
  await server.connect(far);
  return near;
}

function open(create: () => Transport | Promise<Transport>): McpPool {
  const pool = createMcpPool({ transport: custom(create), maxSize: 2 });
  ends.push(() => pool.close());
  return pool;
}

const echo = { name: 'echo', arguments: { message: 'hi' } };

describe('a transport of any kind', () => {
  it('is pooled: one connection serves one call after the other, and several at once are several', async () => {
    const pool = open(inMemory);
    for (let i = 0; i < 3; i++) expect(textOf(await pool.client.callTool(echo))).toBe('hi');
    expect(pool.state.size).toBe(1);
    const leases = await Promise.all([pool.lease(), pool.lease()]);
    expect(await Promise.all(leases.map(({ connection }) => connection.client.callTool(echo)))).toHaveLength(2);
    for (const lease of leases) lease.checkin();
    expect(pool.state.size).toBe(2);
  });

  it('may be that of another pool', async () => {
    const behind = createMcpPool({ transport: stdio(everything), maxSize: 1 });
    ends.push(() => behind.close());
    const pool = open(() => poolTransport(behind));
    expect(textOf(await pool.client.callTool(echo))).toBe('Echo: hi');
    const told: number[] = [];
    const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.1, steps: 2 } };
    await pool.client.callTool(long, { onprogress: ({ progress }) => told.push(progress) });
    expect(told).toEqual([1, 2]);
  });

  it('has its calls cancelled at the server, and goes on', async () => {
    const pool = open(inMemory);
    const call = pool.client.callTool({ name: 'sleep', arguments: { ms: 5000 } }, { timeout: 20 });
    await expect(call).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(textOf(await pool.client.callTool({ name: 'cancelled' }))).toBe('1');
  });

  it('is replaced when its server has gone', async () => {
    const pool = open(inMemory);
    const slow = pool.client.callTool({ name: 'sleep', arguments: { ms: 5000 } });
    await until(() => pool.metrics.activeConnections === 1);
    await servers.at(-1)?.close();
    await expect(slow).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
    expect(textOf(await pool.client.callTool(echo))).toBe('hi');
  });

  it('fails to connect with what the function, or the start, fails with', async () => {
    const failing = open(() => Promise.reject(new Error('no transport')));
    await expect(failing.ready()).rejects.toThrow('no transport');
    const unstarted = open(async () => {
      const transport = await inMemory();
      transport.start = () => Promise.reject(new Error('no start'));
      return transport;
    });
    await expect(unstarted.ready()).rejects.toThrow('no start');
  });

  it('fails what it cannot send', async () => {
    const pool = open(async () => {
      const transport = await inMemory();
      const send = transport.send.bind(transport);
      transport.send = (message, options) =>
        'method' in message && message.method === 'tools/call'
          ? Promise.reject(new Error('full'))
          : send(message, options);
      return transport;
    });
    await expect(pool.client.callTool(echo)).rejects.toThrow('full');
    expect((await pool.client.listTools()).tools.length).toBeGreaterThan(0);
  });

  it('is made by a function', () => {
    expect(() => custom({} as never)).toThrow(TypeError);
  });
});
