import type { Allowance } from './allowance.ts';
import type { EndpointEvent } from './endpoint-event.ts';
import type { ConnectionEvent, OnConnection } from './connection-event.ts';
import type { Stamped } from './stamped.ts';

/**
 * Something that already happened to the pool: plain flat data, stamped once on entry. All events in order, the log,
 * rebuild the state (see `replay`).
 */
export type PoolEvent =
  | Opened
  | ConnectionEvent
  | EndpointEvent
  | Wait
  | Leave
  | Refuse
  | Checkout
  | Checkin
  | Destroy
  | InvalidCheckin
  | Circuit
  | Resize
  | Allowed
  | Sweep
  | Leak
  | StrategyFailed
  | Drain
  | Closed;

interface OnLease extends OnConnection {
  /** The id of the lease, never used again. */
  readonly lease: number;
}

/** The first event of each pool: the options that the reducer needs. */
export interface Opened extends Stamped {
  readonly type: 'opened';
  /** The option `name`. */
  readonly name: string;
  /** The name of the strategy; `custom` for one that is not built in. */
  readonly strategy: string;
  /** The option `minSize`. */
  readonly minSize: number;
  /** The option `maxSize`. */
  readonly maxSize: number;
  /** The option `maxLeasesPerConnection`. */
  readonly maxLeasesPerConnection: number;
  /** The option `unhealthyAfter`. */
  readonly unhealthyAfter: number;
  /** The option `maxWaiting`. */
  readonly maxWaiting: number;
  /** Whether the pool has `endpoints$`; absent where it has not. */
  readonly hasEndpoints?: boolean;
  /** Whether each connection is pinned: kept for the key of its first lease. Absent where none is. */
  readonly hasPins?: boolean;
  /** Whether the pool has an `allowance`, which is 0 until the first event of that name; absent where it has not. */
  readonly hasAllowance?: boolean;
  /** Time constant of the latency average, in milliseconds; absent where the strategy uses no latencies. */
  readonly latencyDecayMs?: number;
  /** The seed of the pool's random choices, a 32-bit integer. */
  readonly seed: number;
}

/** A checkout found no available connection and joined the queue. */
export interface Wait extends Stamped {
  readonly type: 'wait';
  /** The id of the waiter, never used again. */
  readonly waiter: number;
  /** Waiters of a higher priority are served first. */
  readonly priority: number;
  /** The key of the checkout, for fairness between keys; absent if it named none. */
  readonly key?: string;
}

/** A waiter has left the queue without a connection. All reasons but `cancelled` count as failed checkouts. */
export interface Leave extends Stamped {
  readonly type: 'leave';
  /** The id of the waiter. */
  readonly waiter: number;
  /** The priority with which it waited. */
  readonly priority: number;
  /** The key with which it waited; absent if the checkout named none. */
  readonly key?: string;
  /** `overloaded`: it had waited too long and was shed in favour of later waiters (see `codel`). */
  readonly reason: 'timeout' | 'cancelled' | 'closed' | 'connectFailed' | 'overloaded';
}

/** A checkout was turned away before it could wait. */
export interface Refuse extends Stamped {
  readonly type: 'refuse';
  /** `overloaded`: the queue was full. `closed`: `close()` had been called. */
  readonly reason: 'overloaded' | 'closed';
}

/** A lease has begun. */
export interface Checkout extends OnLease {
  readonly type: 'checkout';
  /** The id of the waiter that got the lease; `null` if the checkout did not have to wait. */
  readonly waiter: number | null;
  /** From the call of `checkout` to the start of the lease, in milliseconds. */
  readonly waitedMs: number;
  /**
   * The label of the key that the connection is kept for, from this lease on or since an earlier one; absent if it is
   * kept for none.
   */
  readonly pin?: string;
}

/** A lease has ended; its connection can be leased again. */
export interface Checkin extends OnLease {
  readonly type: 'checkin';
  /** How long the lease was held, in milliseconds. */
  readonly usedMs: number;
}

/** A lease has ended by `destroy()`: its holder wants the connection closed. */
export interface Destroy extends OnLease {
  readonly type: 'destroy';
  /** How long the lease was held, in milliseconds. */
  readonly usedMs: number;
  /** The reason that the holder gave, as text. */
  readonly reason: string;
}

/** A checkin of a lease that was over already. It changes nothing but a counter. */
export interface InvalidCheckin extends Stamped {
  readonly type: 'invalidCheckin';
  /** The id of the lease. */
  readonly lease: number;
  /** `twice`: the lease was checked in before. `late`: the lease was lost before, with its connection. */
  readonly reason: 'twice' | 'late';
}

/**
 * Whether the pool may connect. `closed`: as needed. `open`: not before `retryAt`. `halfOpen`: a single connect, as a
 * test.
 */
export type CircuitStatus = 'closed' | 'open' | 'halfOpen';

/** The circuit breaker for connects has changed its status. */
export interface Circuit extends Stamped {
  readonly type: 'circuit';
  /** The new status. */
  readonly circuit: CircuitStatus;
  /** When the next connect may be tried, in milliseconds of the monotonic clock; 0 if connects may start now. */
  readonly retryAt: number;
}

/** `resize()` was called: the pool has a new floor. */
export interface Resize extends Stamped {
  readonly type: 'resize';
  /** How many connections are kept from now on. */
  readonly size: number;
}

/** The pool may have so many connections from now on, out of a bound that it shares with others. */
export interface Allowed extends Stamped, Allowance {
  readonly type: 'allowance';
}

/** A quarter of the idle interval is over, and the low-water mark of idle connections starts anew (see `lowIdle`). */
export interface Sweep extends Stamped {
  readonly type: 'sweep';
}

/** A lease has been held for longer than `leakAfterMs`. Sent once for each lease. */
export interface Leak extends OnLease {
  readonly type: 'leak';
  /** How long the lease has been held, in milliseconds. */
  readonly heldMs: number;
  /** Where it was checked out: a stack trace. */
  readonly stack: string;
}

/** The strategy's operator errored or completed; the pool has subscribed to it again. */
export interface StrategyFailed extends Stamped {
  readonly type: 'strategyFailed';
  /** The error, as text. */
  readonly error: string;
}

/** `close()` was called: no checkout succeeds any more. */
export interface Drain extends Stamped {
  readonly type: 'drain';
}

/** The last event: the pool is closed and every connection is gone. */
export interface Closed extends Stamped {
  readonly type: 'closed';
}

/** The event of this type. */
export type EventOf<Type extends PoolEvent['type']> = Extract<PoolEvent, { readonly type: Type }>;

/** An event before the inbox has stamped it: without its instant and its version. */
export type Unstamped<Event extends PoolEvent = PoolEvent> = Event extends unknown
  ? Omit<Event, 'at' | 'version'>
  : never;
