/** What the state knows of one endpoint. Instants are milliseconds of the monotonic clock. */
export interface EndpointRecord {
  /** The id given in the list of `endpoints$`. */
  readonly id: string;
  /** The number of its connections, without closing ones. */
  readonly connections: number;
  /** Failures in a row: connects that failed, connections that died, became unhealthy or were retired by a notice. */
  readonly failures: number;
  /** When it last failed; 0 before the first time. */
  readonly failedAt: number;
  /** Since when it has worked after that failure; 0 where it has not yet. */
  readonly worksSince: number;
  /** How often it was set aside, reduced by 1 for each 10 s that it worked before its next failure. */
  readonly setAsides: number;
  /** Until when no connection to it is opened and its connections get no leases; 0 where it is not set aside. */
  readonly setAsideUntil: number;
  /** The same, because its server asked for a pause; 0 where it did not. */
  readonly restingUntil: number;
}

/** Failures in a row that set an endpoint aside. */
export const TOO_MANY_FAILURES = 3;

/**
 * An endpoint or connection that has worked for this long counts as working. If a connection dies younger, connecting
 * itself may be what fails.
 */
export const INFANT_MS = 1000;

/** A failure that comes this many milliseconds after the last one begins a new row. */
export const FORGET_MS = 60_000;

/** Whether connections to the endpoint may be opened and leased. */
export function isInService({ setAsideUntil, restingUntil }: EndpointRecord): boolean {
  return setAsideUntil === 0 && restingUntil === 0;
}

/** Whether the earlier failures of the endpoint no longer count: it has worked since, or they are long ago. */
export function isForgiven({ failures, failedAt, worksSince }: EndpointRecord, at: number): boolean {
  return failures === 0 || at - failedAt >= FORGET_MS || (worksSince > 0 && at - worksSince >= INFANT_MS);
}
