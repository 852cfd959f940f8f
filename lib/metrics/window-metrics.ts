import type { LatencySummary } from './latency-histogram.ts';

/** What the events of one window tell; all 0 in a silent one. */
export interface WindowMetrics {
  /** Leases that began, a second. */
  readonly checkoutsPerSecond: number;
  /** From the request to the lease, in microseconds. */
  readonly waitTimeUs: LatencySummary;
  /** From the lease to its end, in microseconds. */
  readonly useTimeUs: LatencySummary;
  /** From the beginning of a connect to the end of its warming, where it succeeded, in microseconds. */
  readonly connectTimeUs: LatencySummary;
  /** Of health checks that came to an end, good or bad, in microseconds. */
  readonly healthCheckTimeUs: LatencySummary;
}

/** The last so many milliseconds, which move on by one window at a time. */
export interface SlidingWindow extends WindowMetrics {
  /** How long the window is, in milliseconds. */
  readonly windowMs: number;
}

/** The window that has just ended, and the longer ones that end with it. */
export interface Windows extends WindowMetrics {
  /** Longer windows that end with this one, the shortest first. */
  readonly sliding: readonly SlidingWindow[];
}

/** The same for the connections to one endpoint. */
export interface EndpointWindows extends Windows {
  /** The id of the endpoint. */
  readonly endpoint: string;
}

/** All that the latencies of a pool tell. */
export interface PoolWindows extends Windows {
  /** Of pools with `endpoints$`: those that something was recorded of, and of which the last windows are not all empty. */
  readonly endpoints: readonly EndpointWindows[];
}
