import type { Stamped } from './stamped.ts';

/** An event about the endpoints of a pool. */
export type EndpointEvent =
  | EndpointListed
  | EndpointUnlisted
  | EndpointSetAside
  | EndpointBack
  | EndpointsFailed
  | EndpointsEnded
  | Resting
  | Rested;

interface OnEndpoint extends Stamped {
  /** The id of the endpoint. */
  readonly endpoint: string;
}

/** An endpoint was added to the list. One that was listed before and removed counts as new. */
export interface EndpointListed extends OnEndpoint {
  readonly type: 'endpointListed';
}

/** An endpoint was removed from the list; its connections are retired. */
export interface EndpointUnlisted extends OnEndpoint {
  readonly type: 'endpointUnlisted';
}

/**
 * An endpoint failed too often in a row: until `until` no connection to it is opened and its connections get no leases.
 */
export interface EndpointSetAside extends OnEndpoint {
  readonly type: 'endpointSetAside';
  /** In milliseconds of the monotonic clock. */
  readonly until: number;
}

/**
 * An endpoint that was set aside is in service again: its time is up, or another one left the list and more than half
 * of the rest would be set aside.
 */
export interface EndpointBack extends OnEndpoint {
  readonly type: 'endpointBack';
}

/** `endpoints$` errored, or emitted something that is not a list of endpoints; the last list stays in use. */
export interface EndpointsFailed extends Stamped {
  readonly type: 'endpointsFailed';
  /** What `endpoints$` errored with, or what was wrong with its list, as text. */
  readonly error: string;
}

/** `endpoints$` completed or errored: the list changes no more. */
export interface EndpointsEnded extends Stamped {
  readonly type: 'endpointsEnded';
}

/**
 * The server behind an endpoint (or behind the whole pool, where there are no endpoints) asked for a pause: no leases
 * and no connects before `until`.
 */
export interface Resting extends Stamped {
  readonly type: 'resting';
  /** The id of the endpoint; absent where the whole pool rests. */
  readonly endpoint?: string;
  /** In milliseconds of the monotonic clock. */
  readonly until: number;
}

/** The pause that began with `resting` is over. */
export interface Rested extends Stamped {
  readonly type: 'rested';
  /** The id of the endpoint; absent where the whole pool rested. */
  readonly endpoint?: string;
}
