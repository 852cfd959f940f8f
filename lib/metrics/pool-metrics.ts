import type { LateCounts } from '../events/inbox.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { LatencyPercentiles } from './latency-window.ts';

/** How the pool is doing: gauges of this moment, totals since it was opened, and latencies of the last window. */
export interface PoolMetrics extends PoolGauges, WindowMetrics {}

/** What the state alone tells. */
export interface PoolGauges {
  readonly strategy: string;
  readonly currentSize: number;
  readonly maxSize: number;
  readonly activeConnections: number;
  readonly idleConnections: number;
  readonly waitingCheckouts: number;
  /** 100 x active / size, 0 when the pool is empty. */
  readonly poolUtilizationPercent: number;
  readonly totalCheckouts: number;
  /** Checkouts that ended in a timeout, a refusal, a failed connect or a closed pool. */
  readonly failedCheckouts: number;
  /** The mean waiting time of all checkouts so far, in microseconds. */
  readonly avgCheckoutTimeUs: number;
  readonly healthCheckFailures: number;
  /** Checkins of leases that were over already. */
  readonly invalidCheckins: number;
}

/** What the events of one window tell; all 0 before the first window, and without a subscriber there are none. */
export interface WindowMetrics {
  readonly checkoutsPerSecond: number;
  /** From the request to the lease, in microseconds. */
  readonly waitTimeUs: LatencyPercentiles;
  /** From the lease to its end, in microseconds. */
  readonly useTimeUs: LatencyPercentiles;
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
    waitingCheckouts: state.waiting,
    poolUtilizationPercent: size === 0 ? 0 : (100 * active) / size,
    totalCheckouts: checkouts,
    failedCheckouts: state.failedCheckouts + late.refusals,
    avgCheckoutTimeUs: checkouts === 0 ? 0 : (1000 * waitedMs) / checkouts,
    healthCheckFailures: state.healthCheckFailures,
    invalidCheckins: state.invalidCheckins + late.invalidCheckins,
  };
}
