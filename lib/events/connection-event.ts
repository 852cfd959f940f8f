import type { Stamped } from './stamped.ts';

/** An event in the life of one connection. */
export type ConnectionEvent = Connecting | Up | ConnectFailed | Down | Checking | Health | Notice | Retire | Removed;

/** Fields of every event that is about one connection. */
export interface OnConnection extends Stamped {
  /** The connection's id, never used again. */
  readonly connection: number;
  /** The connection's slot in the state; reused after the connection is gone. */
  readonly slot: number;
  /**
   * The id of the endpoint it is connected to. Absent from events about leases and health, and where the pool has no
   * endpoints.
   */
  readonly endpoint?: string;
}

/**
 * What is known of a connection once it is up: the version of its server, say. Plain text under plain names, no
 * secrets.
 */
export type ConnectionInfo = Readonly<Record<string, string>>;

/** A connect has begun; the connection counts in the size from here on. */
export interface Connecting extends OnConnection {
  readonly type: 'connecting';
}

/** A connect, its warming included, has succeeded. */
export interface Up extends OnConnection {
  readonly type: 'up';
  /** What is known of the connection; absent if its maker says nothing. */
  readonly info?: ConnectionInfo;
}

/** A connect has failed or timed out. */
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

/** A health check that cannot be cancelled has begun: the connection gets no leases until the check has ended. */
export interface Checking extends OnConnection {
  readonly type: 'checking';
}

/** The outcome of a health check. */
export interface Health extends OnConnection {
  readonly type: 'health';
  /** Whether the check succeeded. */
  readonly healthy: boolean;
  /** Why the check failed; empty if it succeeded. */
  readonly error: string;
  /** How long the check took, in milliseconds; absent where a request that timed out counts as a failed check. */
  readonly tookMs?: number;
}

/** Something worth knowing about a connection, reported by the code that made the connection. */
export interface Notice extends OnConnection {
  readonly type: 'notice';
  /** In words, for people. */
  readonly note: string;
}

/**
 * A connection takes no more leases and is closed once it has none. `spread`: it makes room for one to another
 * endpoint. `broken`: a lease ended with an error that says the connection is unusable. `pin`: the key it is kept for
 * was not used for long. `allowance`: there are more than are allowed.
 */
export interface Retire extends OnConnection {
  readonly type: 'retire';
  /** Why it is closed. */
  readonly reason:
    | 'resize'
    | 'allowance'
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

/** A connection is gone after it was closed, or after its connect was given up; leases that it still had are lost. */
export interface Removed extends OnConnection {
  readonly type: 'removed';
}
