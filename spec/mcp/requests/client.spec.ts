import { Client } from '@modelcontextprotocol/client';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpPool, type McpRequest, createMcpPool, stdio, tcp } from '../../../lib/mcp/index.ts';
import { everything } from '../../support/everything.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { textOf } from '../../support/tool-call.ts';

let server: StartedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
afterEach(() => pool.close());

it('answers as the client of the SDK does, method by method', async () => {
  pool = createMcpPool({ transport: stdio(everything) });
  const own = new Client({ name: 'spec', version: '1.0.0' });
  await own.connect(stdio(everything).create());
  const calls = [
    (client: Pick<Client, 'callTool'>) => client.callTool({ name: 'echo', arguments: { message: 'hi' } }),
    (client: Pick<Client, 'listTools'>) => client.listTools(),
    (client: Pick<Client, 'listResources'>) => client.listResources(),
    (client: Pick<Client, 'listResourceTemplates'>) => client.listResourceTemplates(),
    (client: Pick<Client, 'listPrompts'>) => client.listPrompts(),
    (client: Pick<Client, 'getPrompt'>) => client.getPrompt({ name: 'simple-prompt' }),
    (client: Pick<Client, 'ping'>) => client.ping(),
    (client: Pick<Client, 'request'>) => client.request({ method: 'tools/list' }),
  ];
  for (const call of calls) expect(await call(pool.client)).toEqual(await call(own));
  const { resources } = await own.listResources();
  const uri = resources[0]?.uri ?? '';
  expect((await pool.client.readResource({ uri })).contents).toHaveLength(1);
  const completion = await pool.client.complete({
    ref: { type: 'ref/prompt', name: 'completable-prompt' },
    argument: { name: 'department', value: 'E' },
  });
  expect(completion.completion.values).toContain('Engineering');
  await own.close();
});

it('checks a connection out for each call and back in after it', async () => {
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 4, maxSize: 4 });
  const messages = Array.from({ length: 40 }, (_, i) => `message ${i}`);
  const answers = await Promise.all(
    messages.map((message) => pool.client.callTool({ name: 'echo', arguments: { message } })),
  );
  expect(answers.map(textOf)).toEqual(messages);
  expect(pool.metrics).toMatchObject({ totalCheckouts: 40, activeConnections: 0, idleConnections: 4 });
});

it('leaves the queue when the signal of a call is aborted', async () => {
  pool = createMcpPool({ transport: tcp({ port: server.port }), maxSize: 1 });
  await pool.ready();
  const lease = pool.tryCheckout();
  const abort = new AbortController();
  const call = pool.client.callTool({ name: 'echo', arguments: { message: 'hi' } }, { signal: abort.signal });
  expect(pool.metrics.waitingCheckouts).toBe(1);
  abort.abort(new Error('changed my mind'));
  await expect(call).rejects.toThrow('changed my mind');
  expect(pool.metrics.waitingCheckouts).toBe(0);
  lease?.checkin();
});

it('rejects with what affinity throws, as with any other error', async () => {
  const affinity = (request: McpRequest) => (request.params as { key: string }).key.toUpperCase();
  pool = createMcpPool({ transport: tcp({ port: server.port }), sharing: 'pinned', affinity });
  await expect(pool.client.listTools()).rejects.toThrow(TypeError);
});

describe("calls as in version 1 of the SDK's client, with a schema in front of the options,", () => {
  const slow = { name: 'sleep', arguments: { ms: 5000 } };

  it.each([
    ['a schema', CallToolResultSchema],
    ['no schema', undefined],
  ])('keep their options: %s', async (_, schema) => {
    pool = createMcpPool({ transport: tcp({ port: server.port }), maxSize: 1 });
    await expect(pool.client.callTool(slow, schema, { timeout: 20 })).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
    });
    const signal = AbortSignal.timeout(20);
    await expect(pool.client.callTool(slow, schema, { signal })).rejects.toThrow('timeout');
    const echo = { name: 'echo', arguments: { message: 'hi' } };
    expect(textOf(await pool.client.callTool(echo, schema))).toBe('hi');
    expect(textOf(await pool.client.callTool(echo, schema, undefined))).toBe('hi');
  });

  it('keep the progress and the schema', async () => {
    pool = createMcpPool({ transport: stdio(everything), maxSize: 1 });
    const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.1, steps: 2 } };
    const told: number[] = [];
    const onprogress = ({ progress }: { progress: number }): number => told.push(progress);
    await pool.client.callTool(long, CallToolResultSchema, { onprogress });
    const request = { method: 'tools/call', params: long } as const;
    await pool.client.request(request, CallToolResultSchema, { onprogress });
    expect(told).toEqual([1, 2, 1, 2]);
  });
});
