import { VERSION } from '../../base/version.ts';
import type { PoolGauges, PoolMetrics } from '../../metrics/pool-metrics.ts';
import { comparisonOf } from './comparison.ts';
import { jsonText } from '../terminal/printable.ts';
import type { LoadOptions } from './load-options.ts';
import type { RunSample } from './run-sample.ts';
import type { LoadScene } from './load-scene.ts';

/** How the command ended. */
export interface Ending {
  readonly exitCode: number;
  /** The name of the signal that ended the load early. */
  readonly interruptedBy: string | undefined;
}

/** The whole load as one JSON document; a run that did not take place is `null`. */
export function jsonReport(
  scene: LoadScene,
  results: readonly RunSample[],
  { exitCode, interruptedBy }: Ending,
): string {
  const { options, target, tool } = scene;
  const document = {
    command: 'load',
    version: VERSION,
    node: process.version,
    target: { ...(options.server?.report ?? { kind: 'demo' }), name: target },
    tool,
    arguments: options.args,
    options: given(options),
    withPool: resultOf(results[0]),
    withoutPool: resultOf(results[1]),
    ratio: comparisonOf(results) ?? null,
    interruptedBy: interruptedBy ?? null,
    exitCode,
  };
  return `${jsonText(document, 2)}\n`;
}

function given(options: LoadOptions): unknown {
  const { clients, minSize, maxSize, strategy, leases, timeoutMs, compare, name } = options;
  const { durationMs = null, requests = null } = options;
  return { name, clients, minSize, maxSize, strategy, leases, durationMs, requests, timeoutMs, compare };
}

function resultOf(result: RunSample | undefined): unknown {
  if (result === undefined) return null;
  const { clients, elapsedMs, requests, failed, failures, requestsPerSecond } = result;
  const { latencyUs, connectionsOpened, perSecond, metrics } = result;
  const counts = { clients, elapsedMs, requests, failed, failures, requestsPerSecond };
  return {
    ...counts,
    latencyUs,
    avgCheckoutTimeUs: metrics.avgCheckoutTimeUs,
    connectionsOpened,
    perSecond,
    metrics: totalsOf(metrics),
  };
}

/** Without the last window: it ends before the last answer, and what it says is not of the whole run. */
function totalsOf(metrics: PoolMetrics): PoolGauges {
  const { strategy, currentSize, maxSize, activeConnections, idleConnections, waitingCheckouts } = metrics;
  const { poolUtilizationPercent, totalCheckouts, failedCheckouts, avgCheckoutTimeUs } = metrics;
  const { healthCheckFailures, invalidCheckins, connectingConnections, closingConnections } = metrics;
  const others = { connectingConnections, closingConnections, unhealthyConnections: metrics.unhealthyConnections };
  const { allowedConnections } = metrics;
  const gauges = {
    strategy,
    currentSize,
    maxSize,
    allowedConnections,
    activeConnections,
    idleConnections,
    waitingCheckouts,
  };
  const totals = { poolUtilizationPercent, totalCheckouts, failedCheckouts, avgCheckoutTimeUs };
  return { ...gauges, ...others, ...totals, healthCheckFailures, invalidCheckins };
}
