import { NEVER, type Observable, concat, defer, interval, map, merge, of, share, takeUntil } from 'rxjs';
import type { PoolMetrics } from '../../metrics/pool-metrics.ts';

/** How all pools of a family together are doing. Totals include the pools that were closed, and never fall. */
export interface McpPoolFamilyMetrics extends Sums {
  /** Pools that may be handed out. */
  readonly openPools: number;
  /** Pools that are being closed; their connections count below. */
  readonly closingPools: number;
  /** Pools opened so far. */
  readonly totalPools: number;
  /** How often no pool could be opened because the limit was reached. */
  readonly refusedPools: number;
  /** 100 x active / size, 0 when there are no connections. */
  readonly poolUtilizationPercent: number;
  /** The mean waiting time of all checkouts so far, in microseconds. */
  readonly avgCheckoutTimeUs: number;
}

/** What is counted by the family itself. */
type FamilyCounts = Pick<McpPoolFamilyMetrics, 'openPools' | 'closingPools' | 'totalPools' | 'refusedPools'>;

/** The metrics of pools that can be added up, by the names of `PoolMetrics`. */
type Sums = Pick<PoolMetrics, SummedName>;

type SummedName =
  | 'currentSize'
  | 'activeConnections'
  | 'idleConnections'
  | 'waitingCheckouts'
  | 'totalCheckouts'
  | 'failedCheckouts'
  | 'healthCheckFailures'
  | 'invalidCheckins';

const summed: readonly SummedName[] = [
  'currentSize',
  'activeConnections',
  'idleConnections',
  'waitingCheckouts',
  'totalCheckouts',
  'failedCheckouts',
  'healthCheckFailures',
  'invalidCheckins',
];

/**
 * Adds up the metrics of pools. `add` counts a closed pool for ever; the pools given to `with` count for that one
 * result.
 */
export class FamilyTotals {
  #sums: Sums = nothing();
  #waitedUs = 0;

  /** Counts a pool that is closed, by its last metrics. */
  add(metrics: PoolMetrics): void {
    this.#sums = plus(this.#sums, metrics);
    this.#waitedUs += waitedUs(metrics);
  }

  /** The metrics of the family while it has these pools. */
  with(pools: readonly PoolMetrics[], counts: FamilyCounts): McpPoolFamilyMetrics {
    const sums = pools.reduce(plus, this.#sums);
    const waited = pools.reduce((sum, metrics) => sum + waitedUs(metrics), this.#waitedUs);
    const { activeConnections, currentSize, totalCheckouts } = sums;
    return {
      ...counts,
      ...sums,
      poolUtilizationPercent: currentSize === 0 ? 0 : (100 * activeConnections) / currentSize,
      avgCheckoutTimeUs: totalCheckouts === 0 ? 0 : waited / totalCheckouts,
    };
  }
}

/**
 * The present metrics, then those at the end of each window of so many milliseconds (0: none), and the last ones at the
 * end: `end$` emits once and completes. One timer for all who are subscribed, and none when nobody is.
 */
export function metricsEach(
  windowMs: number,
  metrics: () => McpPoolFamilyMetrics,
  end$: Observable<unknown>,
): Observable<McpPoolFamilyMetrics> {
  const now$ = defer(() => of(metrics()));
  const ticks$ = windowMs === 0 ? NEVER : interval(windowMs);
  // Whoever comes after the end finds `end$` completed, and is told no more than how it ended.
  const windows$ = ticks$.pipe(takeUntil(concat(end$, of(true))));
  return concat(now$, merge(windows$, end$).pipe(map(metrics), share()));
}

function nothing(): Sums {
  return Object.fromEntries(summed.map((name) => [name, 0])) as unknown as Sums;
}

function plus(sums: Sums, more: Sums): Sums {
  return Object.fromEntries(summed.map((name) => [name, sums[name] + more[name]])) as unknown as Sums;
}

function waitedUs({ avgCheckoutTimeUs, totalCheckouts }: PoolMetrics): number {
  return avgCheckoutTimeUs * totalCheckouts;
}
