import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMcpPool, createMcpPoolFamily, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { collectPool } from '../../lib/prometheus/index.ts';
import { countedPool } from '../support/counted-pool.ts';
import { metaServer } from '../support/meta-server.ts';
import { type Scraper, startScraper, totalOf } from '../support/scrape.ts';

const OPERATION = 'mcp_client_operation_duration_seconds';
let registry: Registry;
let scraper: Scraper;
let transport: ReturnType<typeof tcp>;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  registry = new Registry();
  scraper = await startScraper(registry);
  const server = await serveTcp(metaServer());
  transport = tcp({ port: server.port });
  ends.push(
    () => scraper.stop(),
    () => server.close(),
  );
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('tells of requests by method, tool, status and error', async () => {
  const pool = createMcpPool({ name: 'spec', transport, minSize: 1 });
  ends.push(() => pool.close());
  const collecting = collectPool(pool, { registry });
  await pool.client.callTool({ name: 'echo', arguments: { secret: 'canary' } });
  await pool.client.callTool({ name: 'refuse' });
  await pool.client.callTool({ name: 'fail' }).catch(() => undefined);
  await pool.client.ping();
  const { metrics = [] } = (await scraper.scrape()).get(OPERATION) ?? {};
  const call = { pool: 'spec', method: 'tools/call' };
  expect(metrics.map(({ labels, count }) => ({ ...labels, count }))).toEqual([
    { ...call, tool: 'echo', status: 'answered', count: '1' },
    { ...call, tool: 'refuse', status: 'answered', error: 'tool_error', count: '1' },
    { ...call, tool: 'fail', status: 'failed', error: '-32603', count: '1' },
    { pool: 'spec', method: 'ping', status: 'answered', count: '1' },
  ]);
  expect(await scraper.text()).not.toContain('canary');
  collecting.unsubscribe();
  await pool.client.ping();
  expect(registry.getMetricsAsArray()).toEqual([]);
});

it('tells so many tools apart', async () => {
  const pool = createMcpPool({ transport, minSize: 1 });
  ends.push(() => pool.close());
  collectPool(pool, { registry, maxNames: 2 });
  for (let i = 0; i < 6; i++) await pool.client.callTool({ name: `tool-${i}` });
  const metric = (await scraper.scrape()).get(OPERATION);
  expect(metric?.metrics.map(({ labels }) => labels['tool'])).toEqual(['tool-0', 'tool-1', 'other']);
  expect(totalOf(metric, { tool: 'other' })).toBe(4);
});

it('tells of a family under its name, and keeps the totals of pools that are gone', async () => {
  const pools = createMcpPoolFamily({ name: 'family', key: (who: string) => who, options: () => ({ transport }) });
  ends.push(() => pools.close());
  const collecting = collectPool(pools, { registry });
  for (const who of ['a', 'b', 'c']) await pools.for(who).client.ping();
  await pools.for('a').close();
  const scraped = await scraper.scrape();
  expect(totalOf(scraped.get('mcp_client_connection_count'), { pool: 'family' })).toBe(2);
  expect(totalOf(scraped.get('mcp_client_connection_checkouts_total'), { pool: 'family' })).toBe(3);
  expect(totalOf(scraped.get('mcp_client_connection_wait_time_seconds'), { pool: 'family' })).toBe(3);
  expect(totalOf(scraped.get(OPERATION), { pool: 'family' })).toBe(3);
  collecting.unsubscribe();
  await pools.for('d').client.ping();
  expect(registry.getMetricsAsArray()).toEqual([]);
});

it('tells of a pool of a family under its name once it is collected by itself no longer', async () => {
  const pools = createMcpPoolFamily({ name: 'family', key: (who: string) => who, options: () => ({ transport }) });
  ends.push(() => pools.close());
  const pool = pools.for('a');
  const alone = collectPool(pool, { registry });
  collectPool(pools, { registry });
  await pool.client.ping();
  const checkouts = async () => {
    const metric = (await scraper.scrape()).get('mcp_client_connection_checkouts_total');
    return metric?.metrics.map(({ labels, value }) => [labels['pool'], value]);
  };
  expect(await checkouts()).toEqual([[pool.name, '1']]);
  alone.unsubscribe();
  await pool.client.ping();
  expect(await checkouts()).toEqual([['family', '2']]);
});

it('leaves nothing in the pool', () => {
  const pool = createMcpPool({ transport, minSize: 1 });
  ends.push(() => pool.close());
  const { seen, lookers } = countedPool(pool);
  const collecting = collectPool(seen, { registry });
  expect(lookers()).toBe(2);
  collecting.unsubscribe();
  expect(lookers()).toBe(0);
});
