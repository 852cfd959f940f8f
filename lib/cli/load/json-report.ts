import { VERSION } from '../../base/version.ts';
import type { PoolGauges, PoolMetrics } from '../../metrics/pool-metrics.ts';
import { comparisonOf } from './comparison.ts';
import { jsonText } from '../terminal/printable.ts';
import type { LoadOptions } from './load-options.ts';
import type { RunSample } from './run-sample.ts';
import type { Verdict } from './verdict.ts';
import type { LoadScene } from './load-scene.ts';

/** How the command ended. */
export interface Ending extends Verdict {
  /** The name of the signal that ended the load early. */
  readonly interruptedBy: string | undefined;
}

/** The whole load as one JSON document; a run that did not take place is `null`. */
export function jsonReport(
  scene: LoadScene,
  results: readonly RunSample[],
  { exitCode, failedRuns, interruptedBy }: Ending,
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
    withPool: resultOf(results.find(({ mode }) => mode === 'with pool')),
    withoutPool: resultOf(results.find(({ mode }) => mode === 'without pool')),
    runs: results.map(runOf),
    ratio: comparisonOf(results) ?? null,
    failIf: options.failIf === undefined ? null : { condition: options.failIf.text, holdsFor: failedRuns },
    interruptedBy: interruptedBy ?? null,
    exitCode,
  };
  return `${jsonText(document, 2)}\n`;
}

function given(options: LoadOptions): unknown {
  const { clients, minSize, maxSize, strategy, leases, timeoutMs, compare, name, warmupMs } = options;
  const { durationMs = null, requests = null, schedule = null, sweep = null } = options;
  const loop = { clients: schedule === null ? clients : null, schedule, sweep };
  return { name, ...loop, minSize, maxSize, strategy, leases, warmupMs, durationMs, requests, timeoutMs, compare };
}

/** A run by its name, with its seconds, so that another load can be compared with it. */
function runOf(result: RunSample): unknown {
  const { mode, offeredRate = null, bottleneck = null, history, histogram } = result;
  return { run: mode, offeredRate, ...resultOf(result), bottleneck, seconds: history, histogram };
}

function resultOf(result: RunSample | undefined): object | null {
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
