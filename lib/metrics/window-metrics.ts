import type { LatencySummary } from './latency-histogram.ts';

/** The latencies in one window, taken from its events; all 0 if there were none. */
export interface WindowMetrics {
  /** Leases that began, per second. */
  readonly checkoutsPerSecond: number;
  /** The time from the call of `checkout` to the lease, in microseconds. */
  readonly waitTimeUs: LatencySummary;
  /** The time from the start of a lease to its end, in microseconds. */
  readonly useTimeUs: LatencySummary;
  /** The time from the start of a connect to the end of its warming, of successful connects, in microseconds. */
  readonly connectTimeUs: LatencySummary;
  /** The time that finished health checks took, good and bad ones, in microseconds. */
  readonly healthCheckTimeUs: LatencySummary;
}

/** A longer window over the last `windowMs` milliseconds; it moves on by one basic window at a time. */
export interface SlidingWindow extends WindowMetrics {
  /** How long the window is, in milliseconds. */
  readonly windowMs: number;
}

/** The window that has just ended, and the longer ones that end with it. */
export interface Windows extends WindowMetrics {
  /** Longer windows that end with this one, the shortest first. */
  readonly sliding: readonly SlidingWindow[];
}

/** The windows of the connections to one endpoint. */
export interface EndpointWindows extends Windows {
  /** The id of the endpoint. */
  readonly endpoint: string;
}

/** The windows of a whole pool. */
export interface PoolWindows extends Windows {
  /** The windows of each endpoint of a pool with `endpoints$`, without endpoints whose windows are all empty. */
  readonly endpoints: readonly EndpointWindows[];
}
