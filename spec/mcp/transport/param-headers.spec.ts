import { type JsonSchemaType, McpServer, fromJsonSchema } from '@modelcontextprotocol/server';
import type { IncomingHttpHeaders } from 'node:http';
import { from, lastValueFrom, toArray } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpConnection, type McpPool, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { callOf } from '../../support/tool-call.ts';

/** A property that is to stand in the header `Mcp-Param-<header>` too. */
const mirrored = (header: unknown, type: 'string' | 'integer' | 'boolean' | 'number' = 'string') =>
  ({ type, 'x-mcp-header': header }) as JsonSchemaType;
const schemaOf = (properties: Record<string, JsonSchemaType>): JsonSchemaType => ({ type: 'object', properties });
const routed = schemaOf({
  tenant: mirrored('Tenant'),
  where: schemaOf({ zip: mirrored('Zip', 'integer'), isFar: mirrored('Far', 'boolean') }),
  note: { type: 'string' },
});
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server whose tool `route` has this schema, which it enforces; a pool of two connections; what the calls brought. */
async function start(schema: JsonSchemaType = routed) {
  const calls: IncomingHttpHeaders[] = [];
  const server = await startHttpServer(() => {
    const product = new McpServer({ name: 'hidden', version: '1.0.0' }, { capabilities: { tools: {} } });
    const inputSchema = fromJsonSchema<Record<string, unknown>>(schema);
    product.registerTool('route', { inputSchema }, () => ({ content: [{ type: 'text', text: 'routed' }] }));
    return product;
  });
  ends.push(() => server.stop());
  server.gate = ({ headers }, _, body) => {
    if (body.includes('"tools/call"')) calls.push(headers);
    return false;
  };
  const transport = streamableHttp({ url: server.url, fetch: withoutServerInfo });
  const pool = createMcpPool({ transport, era: 'modern', minSize: 2, maxSize: 2 });
  ends.push(() => pool.close());
  await pool.ready();
  return { calls, pool, server };
}

/** As of a server that keeps its name to itself, as it may. */
async function withoutServerInfo(url: string | URL, init?: RequestInit): Promise<Response> {
  const { body, status, statusText, headers } = await fetch(url, init);
  const text = await new Response(body).text();
  const nameless = text.replaceAll('io.modelcontextprotocol/serverInfo', 'com.example/hidden');
  return new Response(nameless, { status, statusText, headers });
}

/** Has both connections at once. */
function withBoth(
  pool: McpPool,
  work: (one: McpConnection, other: McpConnection) => Promise<unknown>,
): Promise<unknown> {
  return pool.use((one) => pool.use((other) => work(one, other)));
}

/** The server does not take it, which is as it has to be. */
async function failed(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toMatchObject({ code: -32020 });
}

function paramsOf(headers: IncomingHttpHeaders): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('mcp-param-')));
}

it('puts arguments into the headers that one connection has seen declared, whichever connection is used', async () => {
  const { calls, pool } = await start();
  const call = { name: 'route', arguments: { tenant: 'acme', where: { zip: 90001, isFar: false }, note: 'no' } };
  await withBoth(pool, async (one, other) => {
    expect(one.client.getServerVersion()).toBeUndefined();
    await one.client.listTools();
    await one.client.callTool(call);
    await other.client.callTool(call);
  });
  const expected = { 'mcp-param-tenant': 'acme', 'mcp-param-zip': '90001', 'mcp-param-far': 'false' };
  expect(calls.map(paramsOf)).toEqual([expected, expected]);
});

it('does so for requests that go past the SDK, and not for arguments that are left out', async () => {
  const { calls, pool } = await start();
  await pool.client.listTools();
  const requests = Array.from({ length: 20 }, () => callOf('route', { tenant: 'acme' }));
  const answers = await lastValueFrom(from(requests).pipe(withConnection(pool), toArray()));
  expect(answers).toHaveLength(20);
  expect(calls.map(paramsOf)).toEqual(calls.map(() => ({ 'mcp-param-tenant': 'acme' })));
});

it.each(['żółć 🌊', ' spaces ', '', '=?base64?eA==?=', 'two\nlines'])(
  'encodes %j, so that the server reads it',
  async (tenant) => {
    const { calls, pool } = await start();
    await pool.client.listTools();
    await lastValueFrom(from([callOf('route', { tenant })]).pipe(withConnection(pool)));
    const [headers = {}] = calls;
    expect(headers['mcp-param-tenant']).toBe(`=?base64?${Buffer.from(tenant).toString('base64')}?=`);
  },
);

it.each([
  ['no token', schemaOf({ tenant: mirrored('a b') })],
  ['no string', schemaOf({ tenant: mirrored(7) })],
  ['of a type that it must not be of', schemaOf({ tenant: mirrored('T', 'number') })],
  ['twice there', schemaOf({ tenant: mirrored('T'), other: mirrored('t') })],
])('sends no header where one that is declared is %s', async (_, schema) => {
  const { calls, pool } = await start(schema);
  await pool.client.request({ method: 'tools/list' });
  await Promise.allSettled([lastValueFrom(from([callOf('route', { tenant: 'acme' })]).pipe(withConnection(pool)))]);
  expect(calls.map(paramsOf)).toEqual([{}]);
});

it('keeps to the headers that the caller gives, and to itself what the legacy era knows nothing of', async () => {
  const { calls, pool, server } = await start();
  await pool.client.listTools();
  const given = { headers: { 'Mcp-Param-Tenant': 'mine' } };
  await failed(
    lastValueFrom(
      from([callOf('route', { tenant: 'acme' })]).pipe(withConnection(pool, (c, r) => c.request(r, given))),
    ),
  );
  expect(calls.map(paramsOf)).toEqual([{ 'mcp-param-tenant': 'mine' }]);
  const legacy = createMcpPool({ transport: streamableHttp({ url: server.url }), era: 'legacy', minSize: 1 });
  ends.push(() => legacy.close());
  await legacy.client.listTools();
  await lastValueFrom(from([callOf('route', { tenant: 'acme' })]).pipe(withConnection(legacy)));
  expect(calls.slice(1).map(paramsOf)).toEqual([{}]);
});
