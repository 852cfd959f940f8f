import type { Observable } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { ConnectionAccount } from '../why/connection-account.ts';
import type { LeaseAccount } from '../why/lease-account.ts';
import type { Lease } from '../checkout/lease.ts';
import type { UseOptions, Work } from '../requests/use-once.ts';
import type { WaitAccount } from '../errors.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolHealth } from '../metrics/health.ts';
import type { PoolMetrics } from '../metrics/pool-metrics.ts';
import type { PoolState } from '../state/pool-state.ts';

/** A pool of connections of any kind. */
export interface Pool<C> {
  /** The option `name`. */
  readonly name: string;
  /** The state after each event, beginning with the present one. Never errors; completes when `close()` resolves. */
  readonly state$: Observable<PoolState>;
  /** The present state as a snapshot, which never changes. */
  readonly state: PoolState;
  /** Each event, in order. Never errors; completes when `close()` resolves. */
  readonly events$: Observable<PoolEvent>;
  /** The present metrics, then one for each window. Never errors; completes when `close()` resolves. */
  readonly metrics$: Observable<PoolMetrics>;
  /**
   * The present metrics. Their latencies are those of the last window, and 0 while nobody is subscribed to `metrics$`.
   * Checkouts and checkins after the end of the pool still count here, while the state no longer changes.
   */
  readonly metrics: PoolMetrics;
  /**
   * How close the pool is to refusing checkouts, 0 to 1: up to 0.5 the more of its leases are held, above while there
   * are waiters, 1 when the next checkout would be refused or nothing is up and nothing can be opened. Emits the present value, then each change; never errors,
   * completes with the pool.
   */
  readonly pressure$: Observable<number>;
  /** The present value of `pressure$`, without a subscription. */
  readonly pressure: number;
  /**
   * How many checkouts would get a connection at once. Emits the present value, then each change; never errors,
   * completes with the pool.
   */
  readonly capacity$: Observable<number>;
  /** The present value of `capacity$`. */
  readonly capacity: number;
  /**
   * Whether the pool can serve, and in a sentence why not: for readiness probes and for people. Emits the present health,
   * then another one when the status or its cause has changed; never errors, completes with the pool.
   */
  readonly health$: Observable<PoolHealth>;
  /** The present health, without a subscription. */
  readonly health: PoolHealth;
  /**
   * An observable that emits one lease, then completes. It is cold, and without options always the same object.
   * Unsubscribing while it waits leaves the queue. Errors with a `PoolError` (`POOL_CHECKOUT_TIMEOUT`,
   * `POOL_OVERLOADED`, `POOL_CLOSED`, `POOL_CONNECT_FAILED`) or the signal's reason; throws a `RangeError` or
   * `TypeError` for invalid options.
   */
  checkout(options?: CheckoutOptions): Observable<Lease<C>>;
  /**
   * A promise of one lease, for `await using lease = await pool.lease()`. Rejects as `checkout()` errors; it cannot be
   * cancelled but by the signal of the options. Throws a `RangeError` or `TypeError` for invalid options.
   */
  lease(options?: CheckoutOptions): Promise<Lease<C>>;
  /** A lease if one is available at once, else `undefined`; never ahead of the waiters in the queue. */
  tryCheckout(options?: CheckoutOptions): Lease<C> | undefined;
  /** Runs `work` with a leased connection and checks it in afterwards; resolves with the last value of the work. */
  use<T>(work: Work<C, T>, options?: UseOptions): Promise<T>;
  /**
   * Sets the number of connections that are kept open; demand may still exceed it. When it falls, surplus idle
   * connections are closed now and leased ones when they are checked in. Throws a `RangeError` below `minSize` or above
   * `maxSize`; does nothing on a closed pool.
   */
  resize(size: number): void;
  /** Why this waiter (an `id` of `state.waiters`) is waiting; `undefined` when it is not. */
  why(subject: { readonly waiter: number }): WaitAccount | undefined;
  /** Why this lease (its `id`) got its connection; `undefined` when it has ended. */
  why(subject: { readonly lease: number }): LeaseAccount | undefined;
  /**
   * Why this connection (an `id` of `state.connections`) is in its present state, with its leases; `undefined` when it
   * is gone.
   */
  why(subject: { readonly connection: number }): ConnectionAccount | undefined;
  /**
   * Resolves when the connections that the pool keeps open are up; rejects when the first connects fail and none is up.
   */
  ready(): Promise<void>;
  /**
   * Connects now even though an earlier failure, also a permanent one, holds connecting back (`state.circuit` is
   * `open`): for use after the cause was repaired. Checkouts from then on wait for the outcome. Does nothing otherwise,
   * nor on a closed pool.
   */
  retry(): void;
  /**
   * Refuses all waiters, gives leases `timeoutMs` to be checked in (default 30 000; `Infinity`: for ever; 0: no time),
   * and closes everything. Never rejects; resolves when everything is closed. A second call gets the same promise.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** The latest metrics, for `for await`; ends when the pool closes. */
  watch(): AsyncIterable<PoolMetrics>;
  /** For `await using`: the same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
