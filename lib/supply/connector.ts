import type { Observable, ObservableInput } from 'rxjs';
import type { ConnectionInfo } from '../events/connection-event.ts';
import type { Loan } from '../base/loan.ts';
import type { ConnectContext, Endpoint } from './endpoints/endpoint.ts';

/** Something worth knowing about a connection. */
export interface Notice {
  /** For people; it goes into the log of events. */
  readonly note: string;
  /** Whether the connection is to be replaced once its leases are over. Within a second of coming up this counts as a death. */
  readonly retire?: boolean;
}

/** How connections are made, looked after and ended. */
export interface Connector<C, E extends Endpoint = never> {
  /**
   * Opens a connection: the first value. The subscription lives as long as the connection and is dropped after `close`;
   * a later error means that the connection is down, completion does not. Empty, or an error first: the connect failed.
   * Unsubscribed or aborted: give up.
   */
  connect(context: ConnectContext<E>): ObservableInput<C>;
  /** Prepares a connection before its first use, within `connectTimeoutMs`; an error is a failed connect. */
  warm?(connection: C): ObservableInput<unknown>;
  /** What a connection that is not up yet has said of itself so far: it stands in the errors of those who wait. @internal */
  saidSoFar?(connection: C): string | undefined;
  /** Closes a connection; called once for every one that `connect` brought, dead ones included. */
  close?(connection: C): CloseResult;
  /** Emits, errors or completes when the connection dies by itself; before it is up, that is a failed connect. */
  down?(connection: C): Observable<unknown>;
  /**
   * The connection is healthy when this completes or emits anything but `false` first; not when it says `false`, errors or
   * outlasts `healthCheckTimeoutMs`. An observable is unsubscribed from when the connection is leased meanwhile; with
   * anything else, such as a promise, the connection is not leased before that has ended.
   */
  check?(connection: C): ObservableInput<unknown> | boolean;
  /** What is worth knowing of a connection while it is up; its errors and completion mean nothing. */
  notices?(connection: C): Observable<Notice>;
  /**
   * What a connection is, asked once when it is up: it stands in its record and its `up` event, as text. If it throws,
   * nothing is said.
   */
  describe?(connection: C): ConnectionInfo;
  /**
   * Asked when a lease is checked in: what has to end before anybody else may have the connection; `undefined`:
   * nothing. Meanwhile it counts as leased. When it completes or emits the connection is free, when it errors or outlasts
   * `closeTimeoutMs` it is replaced.
   */
  quarantine?(connection: C): ObservableInput<unknown> | undefined;
  /** Whether connecting again is of no use until somebody changes something: whoever waits is told the error at once. */
  isPermanent?(error: unknown): boolean;
  /**
   * Whether the error of a piece of work means that the connection did not answer in time, which counts as a failed
   * health check where connections are checked; by default that of an error whose name is `TimeoutError`.
   */
  isTimeout?(error: unknown): boolean;
  /** Whether the error of a piece of work means that the connection is of no more use and is to be replaced; never. */
  isBroken?(error: unknown): boolean;
  /**
   * For how many milliseconds the error of a piece of work asks not to be bothered, as a 429 with `Retry-After` does;
   * `undefined` or 0: it does not. The endpoint of that connection, or the pool where there are no endpoints, gets no
   * leases for so long, a minute at most.
   */
  restMs?(error: unknown): number | undefined;
  /**
   * What a lease hands out in place of the connection. Where this is given, work that goes on when its lease has ended can
   * do no harm, and does not keep the connection. @internal
   */
  lend?(connection: C): Loan<C>;
  /** Whether the error of a piece of work shows that the connection answers; no when left out. @internal */
  isAnswer?(error: unknown): boolean;
}

/** What a user's `close` returns; it is over when that completes. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most close functions return nothing
export type CloseResult = ObservableInput<unknown> | void;
