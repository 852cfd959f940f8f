import type { LatencySummary } from '../../metrics/latency-histogram.ts';
import type { HealthFacts } from '../../metrics/health.ts';
import type { PoolMetrics } from '../../metrics/pool-metrics.ts';

/** The two ways to serve the same clients. */
export type Mode = 'with pool' | 'without pool';

/** How far a run is: opening its first connections, sending, answering what is under way, done. */
export type Stage = 'opening' | 'running' | 'ending' | 'done';

/** Requests that failed in the same way. */
export interface Failure {
  /** A `PoolErrorCode`, a code of the SDK or the protocol, or `TOOL_ERROR` for a result that says it is one. */
  readonly code: string;
  readonly count: number;
  /** The message of the first. */
  readonly message: string;
}

/** What was counted in a run until one moment. */
export interface RunFigures {
  readonly mode: Mode;
  readonly stage: Stage;
  readonly clients: number;
  /** Since the first request, until the last answer. */
  readonly elapsedMs: number;
  /** Between 0 and 1. */
  readonly progress: number;
  /** Until no more requests are sent; `undefined` where only their number ends the run. */
  readonly leftMs: number | undefined;
  /** Answered so far, well or not. */
  readonly requests: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Requests that succeeded in each second of the whole run. */
  readonly requestsPerSecond: number;
  /** Of the requests that succeeded, from sending to the answer, waiting for a connection included. */
  readonly latencyUs: LatencySummary;
  /** The same over the last second. */
  readonly recentLatencyUs: LatencySummary;
  /** How many seconds of metrics there have been. */
  readonly seconds: number;
  /** Checkouts per second, one number for each second of the run, at most the last 60. */
  readonly perSecond: readonly number[];
  readonly connectionsOpened: number;
  readonly metrics: PoolMetrics;
}

/** All that is known of a run at one moment; the last one is its result. */
export interface RunSample extends RunFigures {
  /** How well the pool can serve. */
  readonly health: HealthFacts;
  /** When the sample was taken, in milliseconds of the monotonic clock. */
  readonly at: number;
}
