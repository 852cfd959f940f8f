import type { Bottleneck } from './bottleneck.ts';
import type { LatencySummary } from '../../metrics/latency-histogram.ts';
import type { HealthFacts } from '../../metrics/health.ts';
import type { PoolMetrics } from '../../metrics/pool-metrics.ts';

/** What a run is called: the two ways to serve the same clients or, of a sweep, its value, such as `max=4`. */
export type Mode = 'with pool' | 'without pool' | `${string}=${number}`;

/** How far a run is: opening its first connections, warming up, sending, answering what is under way, done. */
export type Stage = 'opening' | 'warming' | 'running' | 'ending' | 'done';

/** Requests that failed in the same way. */
export interface Failure {
  /** A `PoolErrorCode`, a code of the SDK or the protocol, or `TOOL_ERROR` for a result that says it is one. */
  readonly code: string;
  readonly count: number;
  /** The message of the first. */
  readonly message: string;
}

/** What happened in one second of a run. */
export interface RunSecond {
  /** The number of the second, from 1. */
  readonly second: number;
  /** Requests that succeeded in it, and that failed. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded, in microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Connections that were leased and idle at its end, and checkouts in the queue. */
  readonly active: number;
  readonly idle: number;
  readonly waiting: number;
}

/** What was counted in a run until one moment. */
export interface RunFigures {
  readonly mode: Mode;
  readonly stage: Stage;
  readonly clients: number;
  /** Requests per second that the schedule asked for last; `undefined` in a closed loop. */
  readonly offeredRate: number | undefined;
  /** Since the first request that counts, until the last answer. */
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
  /** The whole seconds of the run, warming up left out; at most the last hour. */
  readonly history: readonly RunSecond[];
  /** The latencies as counts: up to so many microseconds, how many. Only of a run that is over; empty before. */
  readonly histogram: readonly (readonly [upToUs: number, count: number])[];
  readonly connectionsOpened: number;
  readonly metrics: PoolMetrics;
}

/** All that is known of a run at one moment; the last one is its result. */
export interface RunSample extends RunFigures {
  /** How well the pool can serve. */
  readonly health: HealthFacts;
  /** What limits the run; only of one with a pool that is over. */
  readonly bottleneck: Bottleneck | undefined;
  /** When the sample was taken, in milliseconds of the monotonic clock. */
  readonly at: number;
}
