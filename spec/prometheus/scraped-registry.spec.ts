import type { Socket } from 'node:net';
import { Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pool, type PoolOptions, createPool } from '../../lib/index.ts';
import { collectPool } from '../../lib/prometheus/index.ts';
import { type Scraper, startScraper, totalOf } from '../support/scrape.ts';
import { startTcpEcho } from '../support/tcp-echo.ts';

let registry: Registry;
let scraper: Scraper;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  registry = new Registry();
  scraper = await startScraper(registry);
  ends.push(() => scraper.stop());
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function echoPool(options: Partial<PoolOptions<Socket>> = {}): Promise<Pool<Socket>> {
  const server = await startTcpEcho();
  const pool = createPool({ ...server.connector, name: 'spec', minSize: 3, maxSize: 3, ...options });
  ends.push(
    () => server.stop(),
    () => pool.close(),
  );
  await pool.ready();
  return pool;
}

describe('one registry', () => {
  it('tells of several pools, those of the same name added up', async () => {
    const pools = [await echoPool(), await echoPool(), await echoPool({ name: 'third' })];
    const [first] = pools.map((pool) => collectPool(pool, { registry }));
    for (const pool of pools) pool.tryCheckout()?.checkin();
    const counts = async (): Promise<number[][]> => {
      const scraped = await scraper.scrape();
      const names = ['checkouts_total', 'use_time_seconds', 'max'].map((name) => `mcp_client_connection_${name}`);
      return names.map((name) => ['spec', 'third'].map((pool) => totalOf(scraped.get(name), { pool })));
    };
    expect(await counts()).toEqual([
      [2, 1],
      [2, 1],
      [6, 3],
    ]);
    first?.unsubscribe();
    expect(await counts()).toEqual([
      [1, 1],
      [1, 1],
      [3, 3],
    ]);
  });

  it('is empty again when nothing is collected any more', async () => {
    const pool = await echoPool();
    const collecting = collectPool(pool, { registry });
    expect(registry.getMetricsAsArray()).not.toEqual([]);
    collecting.unsubscribe();
    expect(registry.getMetricsAsArray()).toEqual([]);
    pool.tryCheckout()?.checkin();
    collectPool(pool, { registry });
    expect(totalOf((await scraper.scrape()).get('mcp_client_connection_use_time_seconds'))).toBe(0);
  });

  it('refuses the same pool twice, and has room for it under another prefix', async () => {
    const pool = await echoPool();
    collectPool(pool, { registry });
    expect(() => collectPool(pool, { registry })).toThrow('the pool "spec" is exported there already');
    collectPool(pool, { registry, prefix: 'other_' });
  });

  it('is left as it was when a name is taken', async () => {
    const pool = await echoPool();
    const taken = new Gauge({ name: 'mcp_client_connection_max', help: 'mine', registers: [registry] });
    expect(() => collectPool(pool, { registry })).toThrow('already been registered');
    expect(registry.getMetricsAsArray()).toEqual([taken]);
    registry.removeSingleMetric('mcp_client_connection_max');
    collectPool(pool, { registry });
  });

  it('may be cleared and reset by others', async () => {
    const pools = [await echoPool(), await echoPool({ name: 'second' })] as const;
    collectPool(pools[0], { registry });
    registry.resetMetrics();
    registry.clear();
    collectPool(pools[1], { registry });
    expect(totalOf((await scraper.scrape()).get('mcp_client_connection_max'))).toBe(6);
  });

  it('may speak OpenMetrics', async () => {
    const pool = await echoPool();
    const open = new Registry();
    open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    const collecting = collectPool(pool, { registry: open });
    for (let i = 0; i < 2; i++) {
      const text = await open.metrics();
      expect(text).toContain('# TYPE mcp_client_connection_checkouts counter');
      expect(text).toContain('mcp_client_connection_checkouts_total{pool="spec",strategy="roundRobin"} 0');
    }
    collecting.unsubscribe();
    expect(open.getMetricsAsArray()).toEqual([]);
  });
});

describe('options', () => {
  it.each([
    [{ prefix: '1x' }, TypeError],
    [{ buckets: [] }, RangeError],
    [{ buckets: [1, 1] }, RangeError],
    [{ buckets: [0] }, RangeError],
    [{ registry: {} }, TypeError],
    [{ maxNames: 0.5 }, RangeError],
  ])('%j make no sense', async (options, error) => {
    const pool = await echoPool();
    expect(() => collectPool(pool, { registry, ...options } as never)).toThrow(error);
  });

  it('have the same buckets for one registry', async () => {
    const pools = [await echoPool(), await echoPool()] as const;
    collectPool(pools[0], { registry, buckets: [1, 2] });
    expect(() => collectPool(pools[1], { registry })).toThrow('buckets must be those of the other pools');
    collectPool(pools[1], { registry, buckets: [1, 2] });
  });
});
