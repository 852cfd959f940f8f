import type { Stamped } from './stamped.ts';

/** What becomes of one connection. */
export type ConnectionEvent = Connecting | Up | ConnectFailed | Down | Checking | Health | Notice | Retire | Removed;

/** What is about one connection. */
export interface OnConnection extends Stamped {
  /** The connection's id, never used again. */
  readonly connection: number;
  /** The connection's place in the state, free again once it is gone. */
  readonly slot: number;
  /** Where it is connected to; absent from what is about its leases and its health, and where there are no endpoints. */
  readonly endpoint?: string;
}

/** What a connection is once it is up: the version of its server, say. Plain text under plain names, and no secrets. */
export type ConnectionInfo = Readonly<Record<string, string>>;

/** A connect has begun; the connection counts in the size from here on. */
export interface Connecting extends OnConnection {
  readonly type: 'connecting';
}

/** A connect, its warming included, has succeeded. */
export interface Up extends OnConnection {
  readonly type: 'up';
  /** What the connection is, in words; absent where nobody says. */
  readonly info?: ConnectionInfo;
}

/** A connect has failed or outlasted its time. */
export interface ConnectFailed extends OnConnection {
  readonly type: 'connectFailed';
  /** Why, as text. */
  readonly error: string;
}

/** A connection died by itself; it is gone at once and its leases are lost. */
export interface Down extends OnConnection {
  readonly type: 'down';
  /** Why, as text. */
  readonly error: string;
}

/** A health check that cannot be broken off has begun: the connection gets no leases until its outcome is there. */
export interface Checking extends OnConnection {
  readonly type: 'checking';
}

/** The outcome of a health check. */
export interface Health extends OnConnection {
  readonly type: 'health';
  /** Whether the check was good. */
  readonly healthy: boolean;
  /** Why the check failed, empty when it did not. */
  readonly error: string;
  /** In milliseconds; absent where a request that timed out counts as a check. */
  readonly tookMs?: number;
}

/** Something worth knowing about a connection, told by its maker. */
export interface Notice extends OnConnection {
  readonly type: 'notice';
  /** In words, for people. */
  readonly note: string;
}

/**
 * A connection takes no more leases and is closed once it has none. `spread`: another endpoint gets one in its place.
 * `broken`: the error of a piece of work said that it is of no more use. `pin`: its key has not been used for long.
 */
export interface Retire extends OnConnection {
  readonly type: 'retire';
  /** Why it is closed. */
  readonly reason:
    | 'resize'
    | 'unhealthy'
    | 'broken'
    | 'maxUses'
    | 'maxLifetime'
    | 'idle'
    | 'notice'
    | 'endpoint'
    | 'spread'
    | 'pin'
    | 'drain';
}

/** A connection that was being closed, or given up while connecting, is gone; leases that it still had are lost. */
export interface Removed extends OnConnection {
  readonly type: 'removed';
}
