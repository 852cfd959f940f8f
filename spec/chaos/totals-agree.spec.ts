import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { lastValueFrom } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import { serveDashboard } from '../../lib/dashboard/index.ts';
import { createPool, replay } from '../../lib/index.ts';
import { readLog, recordTo } from '../../lib/log/index.ts';
import { instrumentPool } from '../../lib/otel/index.ts';
import { collectPool } from '../../lib/prometheus/index.ts';
import { startScraper, totalOf } from '../support/scrape.ts';
import { startTcpEcho } from '../support/tcp-echo.ts';
import { startTelemetry, sumOf } from '../support/telemetry.ts';
import { unrulyRun } from '../support/unruly-run.ts';
import { until } from '../support/until.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface ToldOfPools {
  readonly pools: readonly { readonly gauges: { readonly checkouts: number; readonly failedCheckouts: number } }[];
}

it('I14 metrics, OpenTelemetry, Prometheus, the dashboard and the log agree to the last checkout', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rx-mcp-pool-totals-'));
  const file = join(folder, 'pool.jsonl');
  ends.push(() => rm(folder, { recursive: true }));
  const server = await startTcpEcho();
  ends.push(() => server.stop());
  const pool = createPool({ ...server.connector, minSize: 3, maxSize: 6, maxWaiting: 15 });
  const recording = lastValueFrom(pool.events$.pipe(recordTo(file)));
  const telemetry = startTelemetry();
  const registry = new Registry();
  const instrumented = instrumentPool(pool, telemetry);
  const scraper = await startScraper(registry);
  const collected = collectPool(pool, { registry });
  const dashboard = await serveDashboard(pool, { port: 0 });
  ends.push(
    () => telemetry.stop(),
    () => scraper.stop(),
    () => dashboard.close(),
  );

  await unrulyRun(pool, 4000);
  await until(() => pool.state.active + pool.state.waiting === 0);

  const { totalCheckouts, failedCheckouts } = pool.metrics;
  expect(totalCheckouts).toBeGreaterThan(100);
  expect(failedCheckouts).toBeGreaterThan(0);
  const exported = await telemetry.collect();
  const otel = (name: string): number => sumOf(exported.get(`mcp.client.connection.${name}`)?.points);
  const scraped = await scraper.scrape();
  const prometheus = (name: string): number => totalOf(scraped.get(`mcp_client_connection_${name}`));
  const { pools } = (await (await fetch(new URL('/api/pools', dashboard.url))).json()) as ToldOfPools;
  await pool.close();
  await recording;
  const replayed = replay(readLog(file));
  instrumented.unsubscribe();
  collected.unsubscribe();

  expect({
    state: [pool.state.checkouts, pool.state.failedCheckouts],
    replayed: [replayed.checkouts, replayed.failedCheckouts],
    openTelemetry: [otel('checkouts'), otel('failed_checkouts')],
    waits: otel('wait_time'),
    prometheus: [prometheus('checkouts_total'), prometheus('failed_checkouts_total')],
    scrapedWaits: prometheus('wait_time_seconds'),
    dashboard: [pools[0]?.gauges.checkouts, pools[0]?.gauges.failedCheckouts],
  }).toEqual({
    state: [totalCheckouts, failedCheckouts],
    replayed: [totalCheckouts, failedCheckouts],
    openTelemetry: [totalCheckouts, failedCheckouts],
    waits: totalCheckouts,
    prometheus: [totalCheckouts, failedCheckouts],
    scrapedWaits: totalCheckouts,
    dashboard: [totalCheckouts, failedCheckouts],
  });
}, 60_000);
