/** What the state knows of one endpoint. Instants are milliseconds of the monotonic clock. */
export interface EndpointRecord {
  /** As in the list of `endpoints$`. */
  readonly id: string;
  /** Its connections, those that are being closed left out. */
  readonly connections: number;
  /** Failures in a row: connects that failed, connections that died, became unhealthy or were retired by a notice. */
  readonly failures: number;
  /** When it failed last; 0 before the first time. */
  readonly failedAt: number;
  /** Since when it has worked after that; 0 where it has not yet. */
  readonly worksSince: number;
  /** How often it was set aside, less the time that it has worked since. */
  readonly setAsides: number;
  /** Until when nothing is opened to it and its connections get no leases; 0 where it is in service. */
  readonly setAsideUntil: number;
  /** The same, because it asked for it. */
  readonly restingUntil: number;
}

/** Failures in a row that set an endpoint aside. */
export const TOO_MANY_FAILURES = 3;

/** What has worked for so many milliseconds works; a connection that dies younger may mean that connecting does not. */
export const INFANT_MS = 1000;

/** So many milliseconds after a failure the next one begins a new row. */
export const FORGET_MS = 60_000;

/** Whether connections to it may be opened and leased. */
export function isInService({ setAsideUntil, restingUntil }: EndpointRecord): boolean {
  return setAsideUntil === 0 && restingUntil === 0;
}

/** Whether what went wrong there is over. */
export function isForgiven({ failures, failedAt, worksSince }: EndpointRecord, at: number): boolean {
  return failures === 0 || at - failedAt >= FORGET_MS || (worksSince > 0 && at - worksSince >= INFANT_MS);
}
