import type { LateCounts } from '../events/inbox.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { PoolWindows } from './window-metrics.ts';

/** How the pool is doing: gauges of this moment, totals since it was opened, and latencies of the last window. */
export interface PoolMetrics extends PoolGauges, PoolWindows {}

/** What the state alone tells. */
export interface PoolGauges {
  /** The strategy's name, `custom` for one of your own. */
  readonly strategy: string;
  /** All connections, whatever they do: idle, active, connecting and closing. */
  readonly currentSize: number;
  /** Connections at most. */
  readonly maxSize: number;
  /** Connections that are leased. */
  readonly activeConnections: number;
  /** Connections that are up and not leased. */
  readonly idleConnections: number;
  /** Connections that are being opened. */
  readonly connectingConnections: number;
  /** Connections that are being closed. */
  readonly closingConnections: number;
  /** Those that failed their last health checks; idle or active. */
  readonly unhealthyConnections: number;
  /** Checkouts in the queue. */
  readonly waitingCheckouts: number;
  /** 100 x active / size, 0 when the pool is empty. */
  readonly poolUtilizationPercent: number;
  /** Leases that began, since the pool was opened. */
  readonly totalCheckouts: number;
  /** Checkouts that ended in a timeout, a refusal, a failed connect or a closed pool. */
  readonly failedCheckouts: number;
  /** The mean waiting time of all checkouts so far, in microseconds. */
  readonly avgCheckoutTimeUs: number;
  /** Health checks that failed, since the pool was opened. */
  readonly healthCheckFailures: number;
  /** Checkins of leases that were over already. */
  readonly invalidCheckins: number;
}

const NOTHING_LATE: LateCounts = { refusals: 0, invalidCheckins: 0 };

/** The gauges of a state and what came after its end; `closing` connections count in the size and nowhere else. */
export function gaugesOf(state: PoolState, late: LateCounts = NOTHING_LATE): PoolGauges {
  const { size, active, checkouts, waitedMs } = state;
  return {
    strategy: state.strategy,
    currentSize: size,
    maxSize: state.maxSize,
    activeConnections: active,
    idleConnections: state.idle,
    connectingConnections: state.connecting,
    closingConnections: state.closing,
    unhealthyConnections: state.unhealthy,
    waitingCheckouts: state.waiting,
    poolUtilizationPercent: size === 0 ? 0 : (100 * active) / size,
    totalCheckouts: checkouts,
    failedCheckouts: state.failedCheckouts + late.refusals,
    avgCheckoutTimeUs: checkouts === 0 ? 0 : (1000 * waitedMs) / checkouts,
    healthCheckFailures: state.healthCheckFailures,
    invalidCheckins: state.invalidCheckins + late.invalidCheckins,
  };
}
