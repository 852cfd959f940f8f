import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpTransport, createMcpPool, stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { collect } from '../../support/listen.ts';
import { nodeProgram } from '../../support/programs.ts';
import { initialising, scriptedProgram } from '../../support/scripted-server.ts';
import { toolServer } from '../../support/tool-server.ts';

const canary = 'canary-5f1d0c9e';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Everything that can be read of a pool and of what fails in it. */
async function told(transport: McpTransport): Promise<string> {
  const pool: McpPool = createMcpPool({
    transport,
    minSize: 1,
    maxSize: 1,
    checkoutTimeoutMs: 300,
    connectTimeoutMs: 2000,
    connectBackoff: { minMs: 1, maxMs: 5 },
    healthCheckIntervalMs: 20,
  });
  const events = collect(pool.events$);
  const reasons = [];
  const works = [
    () => pool.ready(),
    () => pool.client.callTool({ name: 'echo', arguments: {} }),
    () => pool.client.listTools(),
    () => pool.client.ping({ timeout: 50 }),
  ];
  for (const work of works) {
    reasons.push(await Promise.resolve(work()).catch((error: unknown) => error));
  }
  const [waiter] = pool.state.waiters;
  const why = waiter && pool.why({ waiter: waiter.id });
  const seen = inspect([reasons, events, pool.state.toJSON(), pool.metrics, why, transport.target], {
    depth: 20,
    showHidden: true,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
  });
  const stacks = reasons.map((reason) => (reason instanceof Error ? String(reason.stack) : ''));
  await pool.close();
  return [seen, JSON.stringify(events), ...stacks].join('\n');
}

async function httpAnswering(
  status: number,
  body: (headers: Record<string, unknown>) => string,
  type = 'text/plain',
): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body(request.headers));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a secret', () => {
  it.each([401, 403, 404, 429, 500, 503, 200])(
    'stands in nothing that can be read, though the server answers with it (HTTP %i)',
    async (status) => {
      const host = await httpAnswering(status, (headers) => `no: ${JSON.stringify(headers)}`);
      const transport = streamableHttp({
        url: `http://user:${canary}@${host}/mcp?key=${canary}#${canary}`,
        headers: { 'x-api-key': canary },
      });
      expect(await told(transport)).not.toContain(canary);
    },
  );

  it('stands in nothing that can be read when nobody is there', async () => {
    const url = `http://user:${canary}@127.0.0.1:9/mcp?key=${canary}`;
    expect(await told(streamableHttp({ url, headers: { cookie: `id=${canary}` } }))).not.toContain(canary);
  });

  it('of a token stands in nothing that can be read', async () => {
    const host = await httpAnswering(401, (headers) => JSON.stringify(headers));
    const authProvider = { token: () => Promise.resolve(canary), onUnauthorized: () => Promise.resolve() };
    expect(await told(streamableHttp({ url: `http://${host}/mcp`, authProvider }))).not.toContain(canary);
  });

  it.each([
    ['dies with it on its lips', 'console.error(`Error: bad key ${process.env.KEY}`); process.exit(1)'],
    ['answers nothing', 'setInterval(() => {}, 1000)'],
  ])('of an environment stands in nothing that can be read, though the server %s', async (_, program) => {
    const told$ = await told(stdio({ ...nodeProgram(program), env: { KEY: canary } }));
    expect(told$).not.toContain(canary);
    expect(told$).toContain('connectFailed');
  });

  it('of an environment stands in nothing that can be read, though the server writes it where messages belong', async () => {
    const program = scriptedProgram(initialising(), 'console.log(`the key is ${process.env.KEY}`)');
    const text = await told(stdio({ ...program, env: { KEY: canary } }));
    expect(text).toContain('the key is ***');
    expect(text).not.toContain(canary);
  });

  it('of an environment stands in nothing that can be read, though the server answers with it', async () => {
    const error = '{ code: -32000, message: `bad key ${process.env.KEY}`, data: { key: process.env.KEY } }';
    const answering = `(line) => console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, error: ${error} }))`;
    const program = `require('node:readline').createInterface({ input: process.stdin }).on('line', ${answering})`;
    const text = await told(stdio({ ...nodeProgram(program), env: { KEY: canary } }));
    expect(text).toContain('bad key ***');
    expect(text).not.toContain(canary);
  });

  it('of a header stands in nothing that can be read, though the server answers with it in a message', async () => {
    const host = await httpAnswering(
      200,
      (headers) =>
        JSON.stringify({
          jsonrpc: '2.0',
          id: 0,
          error: { code: -32000, message: `bad key ${String(headers['x-api-key'])}` },
        }),
      'application/json',
    );
    const text = await told(streamableHttp({ url: `http://${host}/mcp`, headers: { 'x-api-key': canary } }));
    expect(text).toContain('bad key ***');
    expect(text).not.toContain(canary);
  });

  it('of this process is not inherited by a server', async () => {
    process.env['RX_MCP_POOL_CANARY'] = canary;
    ends.push(() => delete process.env['RX_MCP_POOL_CANARY']);
    const program = 'console.error(`Error: ${JSON.stringify(process.env)}`); process.exit(1)';
    const text = await told(stdio(nodeProgram(program)));
    expect(text).toContain('PATH');
    expect(text).not.toContain(canary);
  });
});

describe('a command', () => {
  it('is no shell: what would be special there is an argument like any other', async () => {
    const program = 'console.error(`Error: ${JSON.stringify(process.argv.slice(1))}`); process.exit(1)';
    const { command, args = [] } = nodeProgram(program);
    const text = await told(stdio({ command, args: [...args, '$(id)', '; exit', '`id`', '*'] }));
    expect(text).toContain('$(id)');
    expect(text).not.toContain('uid=');
  });
});

describe('a Unix socket', () => {
  it('serves as a port does, and nobody else can take its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rx-mcp-pool-'));
    ends.push(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'mcp.sock');
    const server = await serveTcp(toolServer(), { path });
    ends.push(() => server.close());
    const pool = createMcpPool({ transport: tcp({ path }), minSize: 2 });
    ends.push(() => pool.close());
    expect(await pool.client.callTool({ name: 'echo', arguments: { message: 'hi' } })).toMatchObject({
      content: [{ text: 'hi' }],
    });
    expect(server).toMatchObject({ host: path, port: 0 });
    await expect(serveTcp(toolServer(), { path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('is named in the error when it is not there', async () => {
    expect(await told(tcp({ path: '/no/such/mcp.sock' }))).toContain('/no/such/mcp.sock');
  });

  it('is not mixed with a port', () => {
    expect(() => tcp({ path: '/tmp/mcp.sock', port: 80 })).toThrow('choose one of path and port');
    expect(() => serveTcp(toolServer(), { path: '/tmp/mcp.sock', port: 80 })).toThrow(TypeError);
    expect(() => tcp({})).toThrow(RangeError);
  });
});
