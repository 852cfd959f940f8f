import type { McpServer } from '@modelcontextprotocol/server';
import { expect, it, onTestFinished } from 'vitest';
import {
  type McpPool,
  type McpPoolOptions,
  createMcpPool,
  createMcpPoolFamily,
  serveTcp,
  streamableHttp,
  tcp,
} from '../../../lib/mcp/index.ts';
import { changingServer } from '../../support/changing-server.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { type Say, startLineServer } from '../../support/line-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

const changed = { method: 'notifications/tools/list_changed' };

interface Counted {
  readonly pool: McpPool;
  /** The requests for lists so far. */
  readonly readings: string[];
  /** One for each connection. */
  readonly says: Say[];
  /** Reads the tools, and counts them. */
  readonly tools: () => Promise<number>;
}

/** A server whose list of tools is one longer at each reading, and which tells that it has changed when it is told to. */
async function counting(capabilities: object, options: McpPoolOptions = {}): Promise<Counted> {
  const readings: string[] = [];
  const says: Say[] = [];
  const server = await startLineServer((message, say) => {
    const { id, method } = message;
    if (method === 'notifications/initialized') says.push(say);
    if (method.endsWith('/list')) {
      readings.push(method);
      const tools = readings.map((_, n) => ({ name: `tool-${n}`, inputSchema: { type: 'object' } }));
      say({ id, result: { tools, resources: [], resourceTemplates: [] } });
      return;
    }
    const { initialize, ...others } = initialising();
    const result = { ...(initialize?.['result'] as object), capabilities };
    answer(message, { ...others, initialize: { result } }, say);
  });
  onTestFinished(() => server.stop());
  const transport = tcp({ port: server.port });
  const pool = openPool({ transport, minSize: 2, maxSize: 2, cache: 'lists', ...options });
  await pool.ready();
  const tools = async (): Promise<number> => (await pool.client.listTools()).tools.length;
  return { pool, readings, says, tools };
}

const tells = { tools: { listChanged: true }, resources: { listChanged: true } };

it('keeps a list from the second reading on, until the server says that it has changed', async () => {
  const { pool, readings, says, tools } = await counting(tells);
  await tools();
  expect(await tools()).toBe(2);
  expect(await tools()).toBe(2);
  const { totalCheckouts } = pool.metrics;
  await Promise.all(Array.from({ length: 10 }, tools));
  expect(pool.metrics.totalCheckouts).toBe(totalCheckouts);
  expect(readings).toHaveLength(2);
  says[1]?.(changed);
  await until(async () => (await tools()) === 3);
  expect(await tools()).toBe(3);
});

it('keeps templates until the resources change', async () => {
  const { pool, readings, says } = await counting(tells);
  const { client } = pool;
  for (let i = 0; i < 3; i++) await client.listResourceTemplates();
  for (let i = 0; i < 3; i++) await client.listResources();
  expect(readings).toEqual(['resources/templates/list', 'resources/templates/list', 'resources/list']);
  const before = readings.length;
  says[0]?.({ method: 'notifications/resources/list_changed' });
  await until(async () => {
    await client.listResources();
    return readings.length > before;
  });
  await client.listResourceTemplates();
  expect(readings.slice(before)).toContain('resources/templates/list');
});

it('asks each time where the server does not tell of changes, where it is off, and for what the call says', async () => {
  const silent = await counting({ tools: {} });
  for (let i = 1; i <= 3; i++) expect(await silent.tools()).toBe(i);
  const off = await counting(tells, { cache: false });
  for (let i = 1; i <= 3; i++) expect(await off.tools()).toBe(i);
  const { pool, tools } = await counting(tells);
  for (let i = 0; i < 3; i++) await tools();
  expect((await pool.client.listTools(undefined, { cacheMode: 'bypass' })).tools).toHaveLength(3);
  expect(await tools()).toBe(2);
  expect((await pool.client.listTools(undefined, { cacheMode: 'refresh' })).tools).toHaveLength(4);
  expect(await tools()).toBe(4);
  expect((await pool.client.listTools({ cursor: 'a page' })).tools).toHaveLength(5);
  expect(await tools()).toBe(4);
});

it('hands out copies: what one caller does to a list no other sees', async () => {
  const { pool } = await counting(tells);
  for (let i = 0; i < 2; i++) await pool.client.listTools();
  const { tools } = await pool.client.listTools();
  tools.length = 0;
  expect((await pool.client.listTools()).tools).toHaveLength(2);
});

it('is no reason to keep a pool of a family', async () => {
  const server = await serveTcp(changingServer());
  onTestFinished(() => server.close());
  const transport = tcp({ port: server.port });
  const family = createMcpPoolFamily<string>({
    key: (name) => name,
    options: () => ({ transport, maxSize: 1, cache: 'lists' }),
    idleTimeoutMs: 300,
  });
  onTestFinished(() => family.close());
  for (let i = 0; i < 3; i++) await family.client('a').listTools();
  expect(family.size).toBe(1);
  await until(() => family.size === 0);
});

it.each(['legacy', 'modern'] as const)('hears a server over HTTP, %s', async (era) => {
  const made: McpServer[] = [];
  const http = await startHttpServer(changingServer(made));
  onTestFinished(() => http.stop());
  const pool = openPool({ transport: streamableHttp({ url: http.url }), era, maxSize: 1, cache: 'lists' });
  let asked = 0;
  pool.requests$.subscribe(() => asked++);
  const isKept = async (): Promise<boolean> => {
    const before = asked;
    await pool.client.listTools();
    return asked === before;
  };
  await until(isKept);
  if (era === 'modern') http.notify.toolsChanged();
  else for (const product of made) product.sendToolListChanged();
  await until(async () => !(await isKept()));
  await until(isKept);
});

it('refuses what makes no sense', () => {
  const transport = tcp({ port: 1 });
  expect(() => createMcpPool({ transport, cache: 'all' as never })).toThrow("cache must be 'lists' or false");
  const affinity = () => 'a';
  expect(() => createMcpPool({ transport, sharing: 'pinned', affinity, cache: 'lists' })).toThrow(/pinned/);
});

it('gives nothing to those who do not want it any more', async () => {
  const { pool, tools } = await counting(tells);
  await tools();
  await tools();
  const aborted = pool.client.listTools(undefined, { signal: AbortSignal.abort(new Error('enough')) });
  await expect(aborted).rejects.toThrow('enough');
});
