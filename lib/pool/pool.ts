import type { Observable } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { ConnectionAccount } from '../why/connection-account.ts';
import type { LeaseAccount } from '../why/lease-account.ts';
import type { Lease } from '../checkout/lease.ts';
import type { UseOptions, Work } from '../requests/use-once.ts';
import type { WaitAccount } from '../errors.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolMetrics } from '../metrics/pool-metrics.ts';
import type { PoolState } from '../state/pool-state.ts';

/** A pool of connections of any kind. */
export interface Pool<C> {
  /** The option `name`. */
  readonly name: string;
  /** The state after each event, beginning with the present one. Never errors; completes when `close()` resolves. */
  readonly state$: Observable<PoolState>;
  /** The present snapshot; it never changes once you hold it. */
  readonly state: PoolState;
  /** Each event, in order. Never errors; completes when `close()` resolves. */
  readonly events$: Observable<PoolEvent>;
  /** The present metrics, then one for each window. Never errors; completes when `close()` resolves. */
  readonly metrics$: Observable<PoolMetrics>;
  /**
   * The metrics now; their latencies are those of the last window, and 0 while nobody is subscribed to `metrics$`.
   * Checkouts and checkins after the end still count here, while the state changes no more.
   */
  readonly metrics: PoolMetrics;
  /**
   * How close the pool is to turning requests away, 0 to 1: up to 0.5 as its leases go out, above while somebody waits, 1
   * when the next would be refused. The present one, then each other one; never errors, completes with the pool.
   */
  readonly pressure$: Observable<number>;
  /** The present value of `pressure$`, for whoever only wants to read it. */
  readonly pressure: number;
  /** How many checkouts would have a connection at once: now, and whenever that changes. As `pressure$`. */
  readonly capacity$: Observable<number>;
  /** The present value of `capacity$`. */
  readonly capacity: number;
  /**
   * Cold, and the same observable for all who ask without options: emits one lease, then completes. Unsubscribing while
   * it waits leaves the queue. Errors with a `PoolError` (`POOL_CHECKOUT_TIMEOUT`, `POOL_OVERLOADED`, `POOL_CLOSED`,
   * `POOL_CONNECT_FAILED`) or the signal's reason; throws a `RangeError` or `TypeError` for options that make no sense.
   */
  checkout(options?: CheckoutOptions): Observable<Lease<C>>;
  /** A lease now, or `undefined`; never before anybody who waits. */
  tryCheckout(options?: CheckoutOptions): Lease<C> | undefined;
  /** Works with a leased connection and checks it in; resolves with the last value of the work. */
  use<T>(work: Work<C, T>, options?: UseOptions): Promise<T>;
  /**
   * Sets the number of connections that are kept; demand may still exceed it. Downwards, idle ones are closed now and
   * leased ones as they come back. Throws a `RangeError` below `minSize` or above `maxSize`; a closed pool ignores it.
   */
  resize(size: number): void;
  /** Why this waiter (an `id` of `state.waiters`) waits now; `undefined` when it does not. */
  why(subject: { readonly waiter: number }): WaitAccount | undefined;
  /** Why this lease (its `id`) has the connection that it has; `undefined` when it is over. */
  why(subject: { readonly lease: number }): LeaseAccount | undefined;
  /** Why this connection (an `id` of `state.connections`) is as it is, its leases included; `undefined` when it is gone. */
  why(subject: { readonly connection: number }): ConnectionAccount | undefined;
  /** Resolves when the connections to be kept are up; rejects when the first connects fail and nothing is up. */
  ready(): Promise<void>;
  /**
   * Connects now where a failure holds connecting back (`state.circuit` is `open`), a permanent one included: for whoever
   * has put things right. Who asks from then on waits for the outcome. It does nothing otherwise, nor once it is closed.
   */
  retry(): void;
  /**
   * Refuses whoever waits, gives leases `timeoutMs` to come back (30 000; `Infinity`: for ever; 0: no time), and closes
   * everything. Always resolves, when all is closed; a second call gets the same promise.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** The latest metrics, for `for await`; ends when the pool closes. */
  watch(): AsyncIterable<PoolMetrics>;
  /** For `await using`: the same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
