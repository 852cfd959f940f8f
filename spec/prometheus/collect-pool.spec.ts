import type { Socket } from 'node:net';
import { Registry } from 'prom-client';
import { of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pool, type PoolOptions, createPool } from '../../lib/index.ts';
import { collectPool } from '../../lib/prometheus/index.ts';
import { type Scraper, startScraper, totalOf } from '../support/scrape.ts';
import { startTcpEcho } from '../support/tcp-echo.ts';
import { unrulyRun } from '../support/unruly-run.ts';
import { until } from '../support/until.ts';

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

describe('what is scraped', () => {
  it('has the names, types and units of Prometheus', async () => {
    const pool = await echoPool();
    collectPool(pool, { registry });
    const lease = pool.tryCheckout();
    const labels = { pool: 'spec', strategy: 'roundRobin' };
    const scraped = await scraper.scrape();
    lease?.checkin();
    expect(scraped.get('mcp_client_connection_count')).toEqual({
      help: expect.stringContaining('Connections') as string,
      type: 'GAUGE',
      metrics: [
        { labels: { ...labels, state: 'idle' }, value: '2' },
        { labels: { ...labels, state: 'used' }, value: '1' },
      ],
    });
    expect(scraped.get('mcp_client_connection_checkouts_total')).toMatchObject({
      type: 'COUNTER',
      metrics: [{ labels, value: '1' }],
    });
    expect(scraped.get('mcp_client_connection_wait_time_seconds')).toMatchObject({
      type: 'HISTOGRAM',
      metrics: [{ labels, count: '1' }],
    });
  });

  it('agrees with the pool to the last checkout after a run in disorder', async () => {
    const pool = await echoPool({ connectBackoff: { minMs: 1, maxMs: 2 } });
    collectPool(pool, { registry });
    await unrulyRun(pool, 2000);
    await until(() => pool.state.idle === 3);
    const scraped = await scraper.scrape();
    const { state, metrics } = pool;
    const of = (name: string): number => totalOf(scraped.get(`mcp_client_connection_${name}`));
    expect({
      checkouts: of('checkouts_total'),
      waits: of('wait_time_seconds'),
      uses: of('use_time_seconds'),
      ends: of('checkins_total') + of('destroyed_total') + of('lost_total'),
      failed: of('failed_checkouts_total'),
      invalid: of('invalid_checkins_total'),
      connects: of('connects_total'),
    }).toEqual({
      checkouts: metrics.totalCheckouts,
      waits: metrics.totalCheckouts,
      uses: state.checkins + state.destroyed,
      ends: metrics.totalCheckouts,
      failed: metrics.failedCheckouts,
      invalid: metrics.invalidCheckins,
      connects: state.connects,
    });
    expect(state.destroyed * state.lost * state.invalidCheckins).toBeGreaterThan(0);
    expect(of('timeouts_total')).toBeGreaterThan(0);
    expect(of('deaths_total')).toBeGreaterThan(0);
  });

  it.each(['quoted "so"', 'back\\slash', 'two\nlines', 'größer 測試 🚀', '{a="b"} 1'])(
    'has the name %j as it is',
    async (name) => {
      const pool = await echoPool({ name });
      collectPool(pool, { registry });
      const { metrics = [] } = (await scraper.scrape()).get('mcp_client_connection_max') ?? {};
      expect(metrics).toEqual([{ labels: { pool: name, strategy: 'roundRobin' }, value: '3' }]);
    },
  );

  it('goes by endpoint, so many of which are told apart, without what is secret in them', async () => {
    const server = await startTcpEcho();
    const connect = () => server.connector.connect({ id: 1, signal: new AbortController().signal });
    const endpoints$ = of(['a', 'b', 'c', 'd'].map((host) => ({ id: `http://user:canary@${host}/` })));
    const pool = createPool<Socket, { id: string }>({
      ...server.connector,
      connect,
      endpoints$,
      minSize: 4,
      maxSize: 4,
    });
    ends.push(
      () => server.stop(),
      () => pool.close(),
    );
    collectPool(pool, { registry, maxNames: 2 });
    await pool.ready();
    for (let i = 0; i < 4; i++) pool.tryCheckout()?.checkin();
    const scraped = await scraper.scrape();
    for (const [name, each, other] of [
      ['count', 1, 2],
      ['create_time_seconds', 1, 2],
      ['use_time_seconds', 1, 2],
    ] as const) {
      const metric = scraped.get(`mcp_client_connection_${name}`);
      const at = (endpoint: string): number => totalOf(metric, { endpoint });
      expect([name, at('http://a/'), at('http://b/'), at('other')]).toEqual([name, each, each, other]);
    }
    expect(await scraper.text()).not.toContain('canary');
  });

  it('has other buckets and a prefix where they are given', async () => {
    const pool = await echoPool();
    collectPool(pool, { registry, prefix: 'my_', buckets: [0.5, 1] });
    pool.tryCheckout()?.checkin();
    const [use] = (await scraper.scrape()).get('my_mcp_client_connection_use_time_seconds')?.metrics ?? [];
    expect(use?.buckets).toEqual({ '0.5': '1', '1': '1', '+Inf': '1' });
  });
});
