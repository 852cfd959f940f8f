/**
 * Something that already happened to the pool: plain flat data, stamped once at the edge.
 * The log of all of them, in order, rebuilds the state (see `replay`).
 */
export type PoolEvent =
  | Opened
  | Connecting
  | Up
  | ConnectFailed
  | Wait
  | Leave
  | Refuse
  | Checkout
  | Checkin
  | Destroy
  | InvalidCheckin
  | Down
  | Health
  | Resize
  | Retire
  | Removed
  | StrategyFailed
  | Drain
  | Closed;

interface Stamped {
  /** The instant, in milliseconds of the monotonic clock (`performance.now()`). */
  readonly at: number;
  /** The version of the state that this event made; the first event makes version 1. */
  readonly version: number;
}

interface OnConnection extends Stamped {
  /** The connection's id, never used again. */
  readonly connection: number;
  /** The connection's place in the state, free again once it is gone. */
  readonly slot: number;
}

interface OnLease extends OnConnection {
  readonly lease: number;
}

/** The first event of each pool: what the reducer has to know of the options. */
export interface Opened extends Stamped {
  readonly type: 'opened';
  readonly name: string;
  readonly strategy: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly maxLeasesPerConnection: number;
  readonly unhealthyAfter: number;
  readonly maxWaiting: number;
  /** Where the randomness of this pool starts, a 32-bit integer. */
  readonly seed: number;
}

/** A connect has begun; the connection counts in the size from here on. */
export interface Connecting extends OnConnection {
  readonly type: 'connecting';
}

/** A connect, its warming included, has succeeded. */
export interface Up extends OnConnection {
  readonly type: 'up';
}

/** A connect has failed or outlasted its time. */
export interface ConnectFailed extends OnConnection {
  readonly type: 'connectFailed';
  readonly error: string;
}

/** A checkout found nothing free and stands in the queue. */
export interface Wait extends Stamped {
  readonly type: 'wait';
  readonly waiter: number;
  readonly priority: number;
  readonly key?: string;
}

/** A waiter has left the queue without a connection; all but `cancelled` count as failed. */
export interface Leave extends Stamped {
  readonly type: 'leave';
  readonly waiter: number;
  /** Where it stood in the queue. */
  readonly priority: number;
  readonly key?: string;
  /** `overloaded`: it had waited too long and made way for those behind it. */
  readonly reason: 'timeout' | 'cancelled' | 'closed' | 'connectFailed' | 'overloaded';
}

/** A checkout was turned away before it could wait. */
export interface Refuse extends Stamped {
  readonly type: 'refuse';
  readonly reason: 'overloaded' | 'closed';
}

/** A lease has begun. */
export interface Checkout extends OnLease {
  readonly type: 'checkout';
  /** The waiter that got it, `null` when the checkout did not have to wait. */
  readonly waiter: number | null;
  /** From the request to the lease, in milliseconds. */
  readonly waitedMs: number;
}

/** A lease has ended and its connection may serve again. */
export interface Checkin extends OnLease {
  readonly type: 'checkin';
  /** How long the lease was held, in milliseconds. */
  readonly usedMs: number;
}

/** A lease has ended and its holder wants the connection closed. */
export interface Destroy extends OnLease {
  readonly type: 'destroy';
  readonly usedMs: number;
  readonly reason: string;
}

/** A checkin that made no sense: `twice`, or `late` (the lease had been lost before). It changes nothing but a count. */
export interface InvalidCheckin extends Stamped {
  readonly type: 'invalidCheckin';
  readonly lease: number;
  readonly reason: 'twice' | 'late';
}

/** A connection died by itself; it is gone at once and its leases are lost. */
export interface Down extends OnConnection {
  readonly type: 'down';
  readonly error: string;
}

/** The outcome of a health check. */
export interface Health extends OnConnection {
  readonly type: 'health';
  readonly healthy: boolean;
  /** Why the check failed, empty when it did not. */
  readonly error: string;
}

/** The pool has a new floor. */
export interface Resize extends Stamped {
  readonly type: 'resize';
  readonly size: number;
}

/** A connection takes no more leases and is closed once it has none. */
export interface Retire extends OnConnection {
  readonly type: 'retire';
  readonly reason: 'resize' | 'unhealthy' | 'maxUses' | 'drain';
}

/** A connection that was being closed, or given up while connecting, is gone; leases that it still had are lost. */
export interface Removed extends OnConnection {
  readonly type: 'removed';
}

/** The strategy's operator errored or completed; it has been subscribed anew. */
export interface StrategyFailed extends Stamped {
  readonly type: 'strategyFailed';
  readonly error: string;
}

/** `close()` was called: no checkout succeeds any more. */
export interface Drain extends Stamped {
  readonly type: 'drain';
}

/** The last event: every connection is gone. */
export interface Closed extends Stamped {
  readonly type: 'closed';
}
