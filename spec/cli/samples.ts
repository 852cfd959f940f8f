import { createColors } from 'picocolors';
import { type LoadFlags, type LoadOptions, loadOptionsOf } from '../../lib/cli/load/load-options.ts';
import type { McpTransport } from '../../lib/mcp/transport/transport.ts';
import type { ChosenServer } from '../../lib/cli/server/chosen-server.ts';
import type { RunSample } from '../../lib/cli/load/run-sample.ts';
import type { LoadScene } from '../../lib/cli/load/load-scene.ts';
import type { LatencySummary } from '../../lib/metrics/latency-histogram.ts';
import type { PoolMetrics } from '../../lib/metrics/pool-metrics.ts';
import type { Paint } from '../../lib/cli/terminal/canvas.ts';

/** No colours. */
export const bare: Paint = createColors(false);

/** The flags that the command line has when none is given. */
export const usualFlags: LoadFlags = {
  clients: 100,
  compare: true,
};

export function optionsOf(flags: Partial<LoadFlags> = {}, server?: ChosenServer): LoadOptions {
  return loadOptionsOf({ ...usualFlags, ...flags }, server);
}

/** A server behind this transport, of a file that says this of its pool. */
export function serverAt(
  transport: McpTransport,
  options: ChosenServer['options'] = {},
  timeoutMs?: number,
): ChosenServer {
  return { transport, options, timeoutMs, report: { kind: transport.kind } };
}

export function sceneOf(flags: Partial<LoadFlags> = {}): LoadScene {
  const options = optionsOf(flags);
  return { options, target: '127.0.0.1:3000', tool: 'work', runs: options.compare ? 2 : 1 };
}

export function latency(p50: number, max: number = 2 * p50): LatencySummary {
  return { count: 100, rate: 100, mean: p50, p50, p90: max - 3, p95: max - 2, p99: max - 1, p999: max, max };
}

export const metrics: PoolMetrics = {
  strategy: 'roundRobin',
  currentSize: 50,
  maxSize: 50,
  allowedConnections: 50,
  activeConnections: 40,
  idleConnections: 10,
  connectingConnections: 0,
  closingConnections: 0,
  unhealthyConnections: 0,
  waitingCheckouts: 1234,
  poolUtilizationPercent: 80,
  totalCheckouts: 51_234,
  failedCheckouts: 0,
  avgCheckoutTimeUs: 3890,
  healthCheckFailures: 0,
  invalidCheckins: 0,
  checkoutsPerSecond: 5123.4,
  waitTimeUs: latency(3000),
  useTimeUs: latency(5000),
  connectTimeUs: latency(800),
  healthCheckTimeUs: latency(300),
  sliding: [],
  endpoints: [],
};

/** Some moment of a run with a pool, in its middle. */
export function sampleOf(changes: Partial<RunSample> = {}): RunSample {
  return {
    mode: 'with pool',
    stage: 'running',
    clients: 100,
    elapsedMs: 5000,
    progress: 0.5,
    leftMs: 5000,
    requests: 25_000,
    failed: 0,
    failures: [],
    requestsPerSecond: 5000,
    latencyUs: latency(18_200),
    recentLatencyUs: latency(17_100),
    seconds: 4,
    perSecond: [1000, 5000, 5100, 5123],
    connectionsOpened: 50,
    metrics,
    health: { status: 'ok', cause: '50 connections are up.', since: 0, nextTryAt: null },
    at: 5000,
    offeredRate: undefined,
    bottleneck: undefined,
    history: [],
    histogram: [],
    ...changes,
  };
}

/** How the run without a pool ended. */
export const withoutPool: RunSample = sampleOf({
  mode: 'without pool',
  stage: 'done',
  progress: 1,
  leftMs: 0,
  requests: 10_000,
  requestsPerSecond: 1000,
  latencyUs: latency(91_000),
  perSecond: [900, 1000],
  connectionsOpened: 10_000,
});
