import { afterEach, describe, expect, it } from 'vitest';
import type { McpPool, McpPoolOptions } from '../../../lib/mcp/index.ts';
import { type BareClient, bareClient } from '../../support/bare-client.ts';
import { FrontedServer, call } from '../../support/fronted-server.ts';
import { until } from '../../support/until.ts';

let server: FrontedServer;
let pool: McpPool;
let client: BareClient;
afterEach(() => server.stop());

async function open(options?: Partial<McpPoolOptions>): Promise<void> {
  server = await FrontedServer.open(options);
  ({ pool, client } = server);
}

describe('a client of a pool', () => {
  it('is introduced as by the server: capabilities, instructions, and the version that it asks for', async () => {
    await open();
    expect(await client.introduce({}, '2025-03-26')).toEqual({
      protocolVersion: '2025-03-26',
      // The list of tasks lives on one connection, and no connection is kept.
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true }, logging: {} },
      serverInfo: { name: 'scripted', version: '1.0.0' },
      instructions: 'be kind',
    });
  });

  it.each([
    ['2025-11-25', '2025-06-18'],
    ['2024-11-05', '2024-11-05'],
    ['1999-01-01', '2025-06-18'],
  ])('that asks for version %s is answered with %s by a server of 2025-06-18', async (asked, answered) => {
    await open();
    expect(await client.introduce({}, asked)).toMatchObject({ protocolVersion: answered });
  });

  it('is told no by server/discover, which is for clients of the modern era', async () => {
    await open();
    expect(await client.ask('server/discover')).toMatchObject({ error: { code: -32_601 } });
    expect(server.received).toEqual([]);
  });

  it('is answered a ping without a connection', async () => {
    await open();
    expect(await client.ask('ping')).toMatchObject({ result: {} });
    expect(server.received).toEqual([]);
  });

  it('need not wait for the answer before it goes on', async () => {
    await open();
    server.leavesOpen();
    await client.begin('tools/call', call);
    await until(() => server.calls.length === 1);
    expect(client.heard).toEqual([]);
  });

  it('gets results and errors as they came, of methods that nobody knows too', async () => {
    await open();
    const outcomes = [
      { result: { odd: { deep: null } } },
      { error: { code: -32_042, message: 'no', data: 1, odd: 2 } },
    ];
    const left = [...outcomes];
    server.handles('odd/method', ({ id }, say) => say({ id, ...left.shift() }));
    const params = { a: { b: [1, null] } };
    for (const outcome of outcomes) {
      const { result, error } = await client.ask('odd/method', params);
      expect(result === undefined ? { error } : { result }).toEqual(outcome);
    }
    expect(server.received.at(-1)).toMatchObject({ method: 'odd/method', params });
  });

  it('hears progress by its own token, and the log, before the answer', async () => {
    await open();
    server.handles('tools/call', ({ id, params }, say) => {
      const { progressToken } = params?.['_meta'] as { progressToken: unknown };
      say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
      say({ id, result: {} });
    });
    await client.ask('tools/call', { ...call, _meta: { progressToken: 'mine' } });
    expect(client.heard.map(({ method, params }) => [method, params])).toEqual([
      ['notifications/progress', { progressToken: 'mine', progress: 1 }],
      ['notifications/message', { level: 'info', data: 'd' }],
      [undefined, undefined],
    ]);
  });

  it('cancels a request at the server, and hears no answer to it', async () => {
    await open();
    server.leavesOpen();
    const requestId = await client.begin('tools/call', call);
    await until(() => server.calls.length === 1);
    await client.say({ method: 'notifications/cancelled', params: { requestId, reason: 'enough' } });
    await until(() => server.sent('notifications/cancelled').length > 0);
    const [cancelled] = server.sent('notifications/cancelled');
    expect(cancelled?.params).toMatchObject({ requestId: server.calls[0]?.id });
    server.answers({});
    await client.ask('tools/call', call);
    expect(client.heard.map(({ id }) => id)).toEqual([2]);
  });

  it('may not use an id that is in use', async () => {
    await open();
    server.leavesOpen();
    await client.say({ id: 'a', method: 'tools/call', params: call });
    await client.say({ id: 'a', method: 'tools/call', params: call });
    expect(client.heard).toMatchObject([{ id: 'a', error: { code: -32_600 } }]);
  });

  it('is told errors of the pool as -32000, with their code in the data', async () => {
    await open({ checkoutTimeoutMs: 10 });
    await client.introduce();
    const lease = await pool.lease();
    expect(await client.ask('tools/call', call)).toMatchObject({
      error: { code: -32_000, data: { code: 'POOL_CHECKOUT_TIMEOUT', waiting: 1 } },
    });
    lease.checkin();
  });

  it('is told that the outcome is unknown when the server goes', async () => {
    await open();
    server.handles('tools/call', () => {
      for (const socket of server.sockets) socket.destroy();
    });
    const { error } = await client.ask('tools/call', call);
    expect(error).toMatchObject({ code: -32_000, data: { code: 'MCP_OUTCOME_UNKNOWN', method: 'tools/call' } });
  });

  it('has its requests counted as those of the pool', async () => {
    await open();
    const told: unknown[] = [];
    pool.requests$.subscribe(({ method, tool, status, error }) => told.push([method, tool, status, error]));
    server.answers({ content: [], isError: true });
    await client.introduce();
    await client.ask('tools/call', call);
    expect(told).toEqual([['tools/call', 'x', 'answered', 'tool_error']]);
  });
});

describe('the end of a session', () => {
  it('cancels what is open, and leaves the pool as it is', async () => {
    await open();
    server.leavesOpen();
    await client.begin('tools/call', call);
    await until(() => server.calls.length === 1);
    await client.close();
    expect(client.closed()).toBe(true);
    await until(() => server.sent('notifications/cancelled').length > 0);
    expect(pool.state.phase).toBe('open');
    await expect(client.say({ id: 9, method: 'ping' })).rejects.toThrow('Not connected');
  });

  it('comes with that of the pool', async () => {
    await open();
    await client.introduce();
    await pool.close();
    expect(client.closed()).toBe(true);
    await expect(client.say({ id: 9, method: 'ping' })).rejects.toThrow('Not connected');
  });

  it('comes at once where the pool has ended before', async () => {
    await open();
    await pool.close();
    expect((await bareClient(pool)).closed()).toBe(true);
  });
});
