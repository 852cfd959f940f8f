/* eslint-disable @typescript-eslint/no-deprecated -- deprecated by the modern era; clients of the legacy one set levels */
import { Client } from '@modelcontextprotocol/client';
import { Client as ClientOfVersion1 } from '@modelcontextprotocol/sdk/client/index.js';
import { CreateMessageRequestSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type McpPool,
  type McpPoolOptions,
  createMcpPool,
  poolTransport,
  stdio,
  streamableHttp,
} from '../../../lib/mcp/index.ts';
import { openAskingPool } from '../../support/asking-pool.ts';
import { everything } from '../../support/everything.ts';
import { startEverythingHttp } from '../../support/everything-http.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const info = { name: 'spec', version: '1.0.0' };
const capabilities = { sampling: {}, elicitation: {}, roots: {} };
const sampled = { model: 'm', role: 'assistant', content: { type: 'text', text: 'sampled' } } as const;

function open(options: Partial<McpPoolOptions> = {}): McpPool {
  const pool = createMcpPool({ transport: stdio(everything), clientOptions: { capabilities }, maxSize: 2, ...options });
  ends.push(() => pool.close());
  return pool;
}

async function connected(pool: McpPool): Promise<Client> {
  const client = new Client(info, { capabilities });
  client.setRequestHandler('sampling/createMessage', () => sampled);
  await client.connect(poolTransport(pool));
  ends.push(() => client.close());
  return client;
}

const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } };

describe("version 2 of the SDK's client", () => {
  it('finds at a pool what it finds at the server itself', async () => {
    const client = await connected(open());
    const own = new Client(info, { capabilities });
    await own.connect(stdio(everything).create());
    ends.push(() => own.close());
    const { tasks: _, ...kept } = own.getServerCapabilities() ?? {};
    expect(client.getServerCapabilities()).toEqual(kept);
    expect(client.getServerVersion()).toEqual(own.getServerVersion());
    expect(client.getInstructions()).toBe(own.getInstructions());
    expect(client.getNegotiatedProtocolVersion()).toBe(own.getNegotiatedProtocolVersion());
    const both = [client, own];
    const [tools, prompts, resources] = [
      await Promise.all(both.map((one) => one.listTools())),
      await Promise.all(both.map((one) => one.listPrompts())),
      await Promise.all(both.map((one) => one.listResources())),
    ];
    expect(tools[0]).toEqual(tools[1]);
    expect(prompts[0]).toEqual(prompts[1]);
    expect(resources[0]).toEqual(resources[1]);
    await client.ping();
  });

  it('is told progress, and is asked', async () => {
    const client = await connected(open());
    const progress: number[] = [];
    await client.callTool(long, { onprogress: (told) => progress.push(told.progress) });
    expect(progress).toEqual([1, 2]);
    const asking = { name: 'trigger-sampling-request', arguments: { prompt: 'p', maxTokens: 9 } };
    expect(textOf(await client.callTool(asking))).toContain('sampled');
  });

  it('has its own time limit, which is told to the server', async () => {
    const pool = open({ maxSize: 1 });
    const client = await connected(pool);
    const call = client.callTool({ ...long, arguments: { duration: 5, steps: 50 } }, { timeout: 60 });
    await expect(call).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    expect(pool.state.size).toBe(1);
  });

  it('that knows both eras begins in the legacy one', async () => {
    const client = new Client(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(poolTransport(open()));
    ends.push(() => client.close());
    expect(client.getProtocolEra()).toBe('legacy');
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
  });

  it.each(['TCP', 'HTTP'] as const)('is asked in rounds by a server of the modern era over %s', async (carrier) => {
    const asking = await openAskingPool(carrier);
    const { pool, tools } = asking;
    ends.push(() => asking.stop());
    const client = await connected(pool);
    const asked = { name: 'ask', arguments: { asks: ['sampling'], text: 't', times: 2 } };
    const result = await client.callTool(asked);
    expect(JSON.parse(textOf(result))).toMatchObject({ sampling: { content: { text: 'sampled' } } });
    expect(result).not.toHaveProperty('resultType');
    expect(tools.calls).toBe(3);
    await client.setLoggingLevel('info').catch(() => undefined);
    const unasked = { name: 'ask', arguments: { asks: ['roots'], text: 't' } };
    await expect(client.callTool(unasked)).rejects.toMatchObject({ code: -32_601 });
  });

  it('works over HTTP in the legacy era', async () => {
    const server = await startEverythingHttp();
    ends.push(() => server.stop());
    const client = await connected(open({ transport: streamableHttp({ url: server.url }) }));
    const progress: number[] = [];
    await client.callTool(long, { onprogress: (told) => progress.push(told.progress) });
    expect(progress).toEqual([1, 2]);
    await client.setLoggingLevel('error');
    const asking = { name: 'trigger-sampling-request', arguments: { prompt: 'p', maxTokens: 9 } };
    expect(textOf(await client.callTool(asking))).toContain('sampled');
  });

  it('hears the end of the pool', async () => {
    const pool = open();
    const client = await connected(pool);
    let isClosed = false;
    client.onclose = () => (isClosed = true);
    await pool.close();
    expect(isClosed).toBe(true);
  });
});

describe("version 1 of the SDK's client", () => {
  it('calls tools, hears progress, is asked, and leaves the pool open', async () => {
    const pool = open();
    const client = new ClientOfVersion1(info, { capabilities });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({ ...sampled }));
    client.setNotificationHandler(LoggingMessageNotificationSchema, () => undefined);
    await client.connect(poolTransport(pool));
    expect(client.getServerVersion()).toMatchObject({ name: 'mcp-servers/everything' });
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    const progress: number[] = [];
    await client.callTool(long, undefined, { onprogress: (told) => progress.push(told.progress), timeout: 120_000 });
    expect(progress).toEqual([1, 2]);
    const asking = { name: 'trigger-sampling-request', arguments: { prompt: 'p', maxTokens: 9 } };
    expect(textOf(await client.callTool(asking))).toContain('sampled');
    const abort = new AbortController();
    const slow = { ...long, arguments: { duration: 5, steps: 50 } };
    const call = client.callTool(slow, undefined, { signal: abort.signal });
    await until(() => pool.metrics.activeConnections === 1);
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await client.close();
    expect(pool.state.phase).toBe('open');
  });
});
