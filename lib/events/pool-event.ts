import type { EndpointEvent } from './endpoint-event.ts';
import type { ConnectionEvent, OnConnection } from './connection-event.ts';
import type { Stamped } from './stamped.ts';

/**
 * Something that already happened to the pool: plain flat data, stamped once at the edge.
 * The log of all of them, in order, rebuilds the state (see `replay`).
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
  | Sweep
  | Leak
  | StrategyFailed
  | Drain
  | Closed;

interface OnLease extends OnConnection {
  /** The id of the lease, never used again. */
  readonly lease: number;
}

/** The first event of each pool: what the reducer has to know of the options. */
export interface Opened extends Stamped {
  readonly type: 'opened';
  /** The option `name`. */
  readonly name: string;
  /** The name of the strategy, `custom` for one of your own. */
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
  /** Whether a connection is kept for the key of its first lease; absent where none is. */
  readonly hasPins?: boolean;
  /** Over how many milliseconds latencies are averaged; absent where no strategy asks for it. */
  readonly latencyDecayMs?: number;
  /** Where the randomness of this pool starts, a 32-bit integer. */
  readonly seed: number;
}

/** A checkout found nothing free and stands in the queue. */
export interface Wait extends Stamped {
  readonly type: 'wait';
  /** The id of the waiter, never used again. */
  readonly waiter: number;
  /** Higher goes first. */
  readonly priority: number;
  /** For whom it waits; absent where the checkout named no key. */
  readonly key?: string;
}

/** A waiter has left the queue without a connection; all but `cancelled` count as failed. */
export interface Leave extends Stamped {
  readonly type: 'leave';
  /** The id of the waiter. */
  readonly waiter: number;
  /** Where it stood in the queue. */
  readonly priority: number;
  /** For whom it waited; absent where the checkout named no key. */
  readonly key?: string;
  /** `overloaded`: it had waited too long and made way for those behind it. */
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
  /** The waiter that got it, `null` when the checkout did not have to wait. */
  readonly waiter: number | null;
  /** From the request to the lease, in milliseconds. */
  readonly waitedMs: number;
  /** The label of the key for which the connection is kept from here on, or is kept already; absent where it is not. */
  readonly pin?: string;
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
  /** How long the lease was held, in milliseconds. */
  readonly usedMs: number;
  /** What the holder gave as the reason, as text. */
  readonly reason: string;
}

/** A checkin that made no sense: `twice`, or `late` (the lease had been lost before). It changes nothing but a count. */
export interface InvalidCheckin extends Stamped {
  readonly type: 'invalidCheckin';
  /** The id of the lease. */
  readonly lease: number;
  /** `twice`: it had been given back. `late`: it had been lost. */
  readonly reason: 'twice' | 'late';
}

/** Whether the pool may connect: as many as wanted, none before `retryAt`, or a single one to find out. */
export type CircuitStatus = 'closed' | 'open' | 'halfOpen';

/** The circuit breaker of connecting has changed. */
export interface Circuit extends Stamped {
  readonly type: 'circuit';
  /** What it is now. */
  readonly circuit: CircuitStatus;
  /** When connecting is tried again, 0 where nothing holds it back. */
  readonly retryAt: number;
}

/** The pool has a new floor. */
export interface Resize extends Stamped {
  readonly type: 'resize';
  /** How many connections are kept from now on. */
  readonly size: number;
}

/** A quarter of the idle interval is over, and the low-water mark of idle begins anew. */
export interface Sweep extends Stamped {
  readonly type: 'sweep';
}

/** A lease has been held for longer than `leakAfterMs`; told once for each. */
export interface Leak extends OnLease {
  readonly type: 'leak';
  /** How long the lease has been held, in milliseconds. */
  readonly heldMs: number;
  /** Where it was checked out: a stack trace. */
  readonly stack: string;
}

/** The strategy's operator errored or completed; it has been subscribed anew. */
export interface StrategyFailed extends Stamped {
  readonly type: 'strategyFailed';
  /** What it failed with, as text. */
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

/** The event of this type. */
export type EventOf<Type extends PoolEvent['type']> = Extract<PoolEvent, { readonly type: Type }>;

/** An event before the inbox has stamped it: without its instant and its version. */
export type Unstamped<Event extends PoolEvent = PoolEvent> = Event extends unknown
  ? Omit<Event, 'at' | 'version'>
  : never;
