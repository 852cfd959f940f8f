import type { LateCounts } from '../events/inbox.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { PoolWindows } from './window-metrics.ts';

/** How the pool is doing: gauges of this moment, totals since it was opened, and latencies of the last window. */
export interface PoolMetrics extends PoolGauges, PoolWindows {}

/** The part of the metrics that the state alone determines. */
export interface PoolGauges {
  /** The strategy's name; `custom` for one that is not built in. */
  readonly strategy: string;
  /** All connections: idle, active, connecting and closing. */
  readonly currentSize: number;
  /** The limit of connections. */
  readonly maxSize: number;
  /** How many connections there may be at present: `maxSize`, or less where the pool shares a bound with others. */
  readonly allowedConnections: number;
  /** Connections that are leased. */
  readonly activeConnections: number;
  /** Connections that are up and not leased. */
  readonly idleConnections: number;
  /** Connections that are being opened. */
  readonly connectingConnections: number;
  /** Connections that are being closed. */
  readonly closingConnections: number;
  /** Idle and active connections that failed their last health checks. */
  readonly unhealthyConnections: number;
  /** Checkouts in the queue. */
  readonly waitingCheckouts: number;
  /** 100 x active / size, 0 when the pool is empty. */
  readonly poolUtilizationPercent: number;
  /** Leases that began, since the pool was opened. */
  readonly totalCheckouts: number;
  /** Checkouts that ended in a timeout, a refusal, a failed connect or the close of the pool. */
  readonly failedCheckouts: number;
  /** The mean waiting time of all checkouts so far, in microseconds. */
  readonly avgCheckoutTimeUs: number;
  /** Health checks that failed, since the pool was opened. */
  readonly healthCheckFailures: number;
  /** Checkins of leases that were over already. */
  readonly invalidCheckins: number;
}

const NOTHING_LATE: LateCounts = { refusals: 0, invalidCheckins: 0 };

/**
 * The gauges of a state, with the counts of what came after the pool was closed. `closing` connections count only in
 * the size.
 */
export function gaugesOf(state: PoolState, late: LateCounts = NOTHING_LATE): PoolGauges {
  const { size, active, checkouts, waitedMs } = state;
  return {
    strategy: state.strategy,
    currentSize: size,
    maxSize: state.maxSize,
    allowedConnections: state.allowed,
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
