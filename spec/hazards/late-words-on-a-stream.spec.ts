import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpEra, type McpHandlers, type McpPool, createMcpPool, streamableHttp } from '../../lib/mcp/index.ts';
import { until } from '../support/until.ts';

interface Asked {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly name?: string };
}

const serverInfo = { name: 'talking', version: '1.0.0' };
const capabilities = { tools: {}, logging: {} };
const initialize = { protocolVersion: '2025-06-18', capabilities, serverInfo };
const discover = { supportedVersions: ['2026-07-28'], capabilities, ttlMs: 0, cacheScope: 'private' };
const done = { resultType: 'complete', content: [] };

let url: string;
let stop: () => Promise<void>;
let pool: McpPool;
/** The streams of calls, by the name of the tool, and that on which the server says what nobody asked for. */
let streams: Map<string, ServerResponse>;
let listening: ServerResponse | undefined;
let sockets: Set<unknown>;
/** Whether what comes late is written together with the answer. */
let isTogether: boolean;

const event = (message: object): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const log = (data: string): string => event({ method: 'notifications/message', params: { level: 'info', data } });
const question = event({
  id: 'q1',
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: 'late' } }], maxTokens: 1 },
});

beforeEach(async () => {
  streams = new Map();
  listening = undefined;
  sockets = new Set();
  isTogether = false;
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
  await stop();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const stream = { 'content-type': 'text/event-stream', 'mcp-session-id': 'one' };
  if (request.method === 'GET') {
    listening = response.writeHead(200, stream);
    response.flushHeaders();
    return;
  }
  if (request.method !== 'POST') return void response.writeHead(405).end();
  const { id, method, params } = JSON.parse(text) as Asked;
  if (id === undefined) return void response.writeHead(202).end();
  if (method === 'tools/call' && params?.name !== 'plain') {
    response.writeHead(200, stream).write(log('early'));
    streams.set(String(params?.name), response);
    if (params?.name !== 'first') return;
    const late = isTogether ? log('late') + question : '';
    response.write(event({ id, result: done }) + late);
    return;
  }
  const result = method === 'initialize' ? initialize : method === 'server/discover' ? discover : done;
  const head = { 'content-type': 'text/event-stream', ...(method === 'initialize' && { 'mcp-session-id': 'one' }) };
  response.writeHead(200, head).end(event({ id, result: { resultType: 'complete', ...result } }));
}

const capable = { capabilities: { sampling: {} } };

function open(era: McpEra): void {
  const one = { minSize: 1, maxSize: 1, clientOptions: capable };
  // Whoever looks at the clients may listen to what the server says unasked.
  pool = createMcpPool({ transport: streamableHttp({ url }), era, ...one, onClient: () => undefined });
}

function listener(): { readonly heard: unknown[]; readonly handlers: McpHandlers } {
  const heard: unknown[] = [];
  const handlers: McpHandlers = {
    log: ({ data }) => heard.push(data),
    sampling: () => {
      heard.push('question');
      return { role: 'assistant', model: 'none', content: { type: 'text', text: 'no' } };
    },
  };
  return { heard, handlers };
}

describe.each(['legacy', 'modern'] as const)('what comes on the stream of an answered request (%s)', (era) => {
  it('reaches nobody once the lease is over, and the stream ends', async () => {
    open(era);
    const [a, b] = [listener(), listener()];
    await pool.client.callTool({ name: 'first' }, { handlers: a.handlers });
    const stream = streams.get('first');
    let isEnded = false;
    stream?.once('close', () => (isEnded = true));
    const abort = new AbortController();
    const second = pool.client.callTool({ name: 'second' }, { handlers: b.handlers, signal: abort.signal });
    second.catch(() => undefined);
    stream?.write(log('late') + question);
    await until(() => streams.has('second') && isEnded);
    await until(() => b.heard.length > 0);
    expect([a.heard, b.heard]).toEqual([['early'], ['early']]);
    abort.abort();
    await expect(second).rejects.toThrow();
  });

  it('reaches nobody else when it comes together with the answer', async () => {
    open(era);
    isTogether = true;
    for (let i = 0; i < 30; i++) {
      const [a, b] = [listener(), listener()];
      // The second waits for the connection, and has it in the very turn in which the first gives it back.
      const first = pool.client.callTool({ name: 'first' }, { handlers: a.handlers });
      const second = pool.client.callTool({ name: 'plain' }, { handlers: b.handlers });
      await Promise.all([first, second]);
      expect(b.heard).toEqual([]);
    }
    expect(pool.state.connects).toBe(1);
  });
});

it('costs no socket, no session and no quarantine where the server ends its streams', async () => {
  open('legacy');
  await until(() => pool.state.idle === 1 && listening !== undefined);
  for (let i = 0; i < 50; i++) await pool.client.callTool({ name: 'plain' });
  // One listens all the time; now and then an answer is told before its stream has ended.
  expect(sockets.size).toBeLessThanOrEqual(4);
  expect(pool.state).toMatchObject({ connects: 1, idle: 1 });
});

it('leaves alone the stream on which the server says what nobody asked for', async () => {
  open('legacy');
  await until(() => pool.state.idle === 1 && listening !== undefined);
  const mine = listener();
  for (let i = 0; i < 3; i++) await pool.client.callTool({ name: 'plain' });
  await pool.use(async (connection) => {
    connection.answer(mine.handlers);
    listening?.write(log('unasked'));
    await until(() => mine.heard.length === 1);
  });
  expect(listening?.closed).toBe(false);
});
