import type { Observable } from 'rxjs';
import type { PoolMetrics } from '../../lib/index.ts';

/** How one request ended, as `withConnection` tells it with `settle`. */
export type Outcome = PromiseSettledResult<unknown>;

/** What is measured: something that serves numbered requests, open and ready. */
export interface Target {
  /** Serves the requests of one client, one at a time. */
  serve(requests$: Observable<number>): Observable<Outcome>;
  /** What it says of itself at this moment. */
  reading(): Reading;
  close(): Promise<void>;
}

/** Totals since the target was opened, and a gauge. */
export interface Reading {
  readonly checkouts: number;
  /** The waiting time of all checkouts together, in microseconds. */
  readonly waitedUs: number;
  readonly failedCheckouts: number;
  /** Absent where there is no pool to be utilized. */
  readonly utilizationPercent: number | undefined;
}

/** The metrics of a pool as a reading. */
export function readingOf(metrics: PoolMetrics): Reading {
  const { totalCheckouts, avgCheckoutTimeUs, failedCheckouts, poolUtilizationPercent } = metrics;
  return {
    checkouts: totalCheckouts,
    waitedUs: totalCheckouts * avgCheckoutTimeUs,
    failedCheckouts,
    utilizationPercent: poolUtilizationPercent,
  };
}
