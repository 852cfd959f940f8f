import type { Stamped } from './stamped.ts';

/** What becomes of the endpoints of a pool. */
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

/** An endpoint has come into the list; one that was there before is new. */
export interface EndpointListed extends OnEndpoint {
  readonly type: 'endpointListed';
}

/** An endpoint has left the list; its connections are retired. */
export interface EndpointUnlisted extends OnEndpoint {
  readonly type: 'endpointUnlisted';
}

/** An endpoint failed too often in a row: nothing is opened to it and its connections get no leases before `until`. */
export interface EndpointSetAside extends OnEndpoint {
  readonly type: 'endpointSetAside';
  /** In milliseconds of the monotonic clock. */
  readonly until: number;
}

/** The time of an endpoint that was set aside is up, or too many would be set aside without those that leave. */
export interface EndpointBack extends OnEndpoint {
  readonly type: 'endpointBack';
}

/** `endpoints$` errored, or emitted what is no list of endpoints; the last list stays. */
export interface EndpointsFailed extends Stamped {
  readonly type: 'endpointsFailed';
  /** What `endpoints$` errored with, as text. */
  readonly error: string;
}

/** `endpoints$` completed or errored: the list is the last one. */
export interface EndpointsEnded extends Stamped {
  readonly type: 'endpointsEnded';
}

/** An endpoint, or the pool where there are none, asked for a rest: no leases and no connects before `until`. */
export interface Resting extends Stamped {
  readonly type: 'resting';
  /** The id of the endpoint; absent where the whole pool rests. */
  readonly endpoint?: string;
  /** In milliseconds of the monotonic clock. */
  readonly until: number;
}

/** The rest is over. */
export interface Rested extends Stamped {
  readonly type: 'rested';
  /** The id of the endpoint; absent where the whole pool rested. */
  readonly endpoint?: string;
}
