import type { Observable, ObservableInput } from 'rxjs';
import type { ConnectionInfo } from '../events/connection-event.ts';
import type { Loan } from '../base/loan.ts';
import type { ConnectContext, Endpoint } from './endpoints/endpoint.ts';

/** Something worth knowing about a connection. */
export interface Notice {
  /** A text for people; it appears in the event log. */
  readonly note: string;
  /**
   * Whether the connection has to be replaced once its leases have ended. Within a second of coming up this counts as a
   * death.
   */
  readonly retire?: boolean;
}

/** How connections are made, checked and closed. */
export interface Connector<C, E extends Endpoint = never> {
  /**
   * Opens a connection, which is the first value. The subscription lives as long as the connection and ends after
   * `close`; a later error means that the connection is down, completion does not. An error first, or no value, is a
   * failed connect. When unsubscribed from, or when the signal is aborted, it has to give up.
   */
  connect(context: ConnectContext<E>): ObservableInput<C>;
  /** Prepares a connection before its first use, within `connectTimeoutMs`; an error is a failed connect. */
  warm?(connection: C): ObservableInput<unknown>;
  /** What a connection that is still connecting has reported so far, for the errors of waiters. @internal */
  saidSoFar?(connection: C): string | undefined;
  /** Closes a connection; called once for each one that `connect` emitted, dead ones included. */
  close?(connection: C): CloseResult;
  /**
   * Emits, errors or completes when the connection dies by itself; before the connection is up that is a failed
   * connect.
   */
  down?(connection: C): Observable<unknown>;
  /**
   * A health check. The connection is healthy if this completes or first emits anything but `false`; unhealthy if it
   * emits `false`, errors or takes longer than `healthCheckTimeoutMs`. An observable is unsubscribed from when the
   * connection is leased meanwhile. With anything else, such as a promise, the connection is not leased before the
   * check has ended.
   */
  check?(connection: C): ObservableInput<unknown> | boolean;
  /** Notices about a connection while it is up; errors and completion are ignored. */
  notices?(connection: C): Observable<Notice>;
  /**
   * Describes a connection, once it is up: the result stands in its record and its `up` event, as text. Ignored if it
   * throws.
   */
  describe?(connection: C): ConnectionInfo;
  /**
   * Called at each checkin. Returns what has to end before another checkout may get the connection; `undefined`:
   * nothing. Until then the connection counts as leased. It is free when this completes or emits, and is replaced when
   * this errors or takes longer than `closeTimeoutMs`.
   */
  quarantine?(connection: C): ObservableInput<unknown> | undefined;
  /**
   * Whether an error means that connecting will keep failing until somebody changes something: waiters then fail with
   * it at once.
   */
  isPermanent?(error: unknown): boolean;
  /**
   * Whether an error thrown by work means that the connection did not answer in time. That counts as a failed health
   * check, where connections are checked. Default: errors whose name is `TimeoutError`.
   */
  isTimeout?(error: unknown): boolean;
  /** Whether an error thrown by work means that the connection is unusable and has to be replaced. Default: never. */
  isBroken?(error: unknown): boolean;
  /**
   * How long a pause an error thrown by work asks for, in milliseconds, as a 429 with `Retry-After` does; `undefined`
   * or 0: none. The endpoint of that connection, or the pool where there are no endpoints, gets no leases for that
   * time, at most a minute.
   */
  restMs?(error: unknown): number | undefined;
  /**
   * What a lease hands out in place of the connection. With this, work that goes on after its lease has ended cannot
   * reach the connection, so the connection is free at once.
   *
   * @internal
   */
  lend?(connection: C): Loan<C>;
  /** Whether an error thrown by work shows that the connection answers. Default: no. @internal */
  isAnswer?(error: unknown): boolean;
}

/** What a user's `close` returns; closing has ended when that completes. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most close functions return nothing
export type CloseResult = ObservableInput<unknown> | void;
