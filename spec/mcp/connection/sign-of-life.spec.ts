import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type McpEra,
  type McpPool,
  type McpPoolOptions,
  type McpTransport,
  createMcpPool,
  stdio,
  streamableHttp,
  tcp,
} from '../../../lib/mcp/index.ts';
import { type Answers, initialising, scriptedProgram, startScriptedServer } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const slow = { 'tools/call': {} };
const refusing = (code: number): Answers => ({
  ...initialising(),
  ping: { error: { code, message: 'no ping' } },
  ...slow,
});

/** Says to `ping` what it is told, in this status; answers no call. */
async function overHttp(status: number, body: (id: unknown) => string): Promise<McpTransport> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const { id, method } = JSON.parse(text) as { id?: number; method: string };
      if (id === undefined) return void response.writeHead(202).end();
      if (method === 'tools/call') return undefined;
      const type = { 'content-type': 'application/json' };
      if (method === 'ping') return void response.writeHead(status, type).end(body(id));
      const { result } = initialising()['initialize'] ?? {};
      return void response.writeHead(200, type).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return streamableHttp({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` });
}

async function overTcp(answers: Answers): Promise<McpTransport> {
  const server = await startScriptedServer(answers);
  ends.push(() => server.stop());
  return tcp({ port: server.port });
}

const errorOf = (code: number) => (id: unknown) =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: 'no ping' } });

/** How often a server was asked for a sign of life. */
let asked: number;
beforeEach(() => {
  asked = 0;
});

function counting(transport: McpTransport): McpTransport {
  const create: McpTransport['create'] = (needs) => {
    const one = transport.create(needs);
    const carry = one.carry.bind(one);
    one.carry = (request, text) => {
      if (['ping', 'server/discover'].includes(request.method)) asked++;
      carry(request, text);
    };
    return one;
  };
  return { ...transport, create };
}

async function open(transport: McpTransport, options: Partial<McpPoolOptions> = {}): Promise<McpPool> {
  const pool = createMcpPool({
    transport: counting(transport),
    minSize: 1,
    maxSize: 1,
    healthCheckIntervalMs: 20,
    ...options,
  });
  ends.push(() => pool.close({ timeoutMs: 0 }));
  await pool.ready();
  return pool;
}

const shared = { sharing: 'multiplex' } as const;
const pinned = { sharing: 'pinned', affinity: () => 'me' } as const;
const answering: [string, () => McpTransport | Promise<McpTransport>, Partial<McpPoolOptions>?][] = [
  ['-32601 over stdio', () => stdio(scriptedProgram(refusing(-32601)))],
  ['-32603 over stdio', () => stdio(scriptedProgram(refusing(-32603)))],
  ['4711 over TCP', () => overTcp(refusing(4711))],
  ['-32601 over TCP, shared', () => overTcp(refusing(-32601)), shared],
  ['-32601 over TCP, pinned', () => overTcp(refusing(-32601)), pinned],
  ...[200, 400, 403, 404, 405, 500, 503].map((status): [string, () => Promise<McpTransport>] => [
    `-32601 over HTTP with ${status}`,
    () => overHttp(status, errorOf(-32601)),
  ]),
];

describe('an error that is the answer to ping', () => {
  it.each(answering)('is a sign of life: %s', async (_, transport, options) => {
    const pool = await open(await transport(), options);
    await until(() => asked > 4);
    expect(pool.metrics.healthCheckFailures).toBe(0);
    expect(pool.state).toMatchObject({ connects: 1, unhealthy: 0 });
  });

  it.each(answering.filter(([name]) => !name.includes('shared')))(
    'ends a quarantine: %s',
    async (_, transport, options) => {
      const pool = await open(await transport(), { quarantineMs: 10, healthCheckIntervalMs: 0, ...options });
      const [first] = Array.from(pool.state.connections, ({ id }) => id);
      const called = pool.client.callTool({ name: 'slow' }, { signal: AbortSignal.timeout(50) });
      await expect(called).rejects.toThrow('timeout');
      expect(await pool.use((connection) => Promise.resolve(connection.id), { key: 'me' })).toBe(first);
    },
  );
});

describe('an answer of failure over HTTP that is none of MCP', () => {
  it.each([401, 403, 404, 500, 502, 503])('is no sign of life: %i', async (status) => {
    const pool = await open(await overHttp(status, () => '<html>no</html>'));
    await until(() => pool.metrics.healthCheckFailures > 0);
  });
});

const discover = {
  supportedVersions: ['2026-07-28'],
  capabilities: {},
  resultType: 'complete',
  ttlMs: 0,
  cacheScope: 'private',
};

describe('a modern server', () => {
  it.each([
    [-32603, 'keeps its connection'],
    [-32601, 'loses it, for it is a modern one no longer'],
  ])('that answers server/discover with %i %s', async (code) => {
    const answers: Record<string, Readonly<Record<string, unknown>>> = { 'server/discover': { result: discover } };
    const era: McpEra = 'modern';
    const pool = await open(await overTcp(answers), { era });
    answers['server/discover'] = { error: { code, message: 'not now' } };
    const before = asked;
    await until(() => asked > before + 3 || pool.state.size === 0 || pool.state.connecting > 0);
    expect(pool.state.idle).toBe(code === -32603 ? 1 : 0);
  });
});
