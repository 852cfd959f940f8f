import type { Observable } from 'rxjs';
import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import type { BackoffOptions } from '../base/durations.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Connector } from '../supply/connector.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';

/** The options of `createPool`. Durations are in milliseconds; 0 or `Infinity` means off. */
export interface PoolOptions<C, E extends Endpoint = never> extends Connector<C, E> {
  /**
   * Where connections go to, as a list that may change; `connect` is told which one. Connections are spread over them.
   * What leaves the list drains; while the list is empty everybody waits. When it errors or completes the last list stays.
   * None by default.
   */
  readonly endpoints$?: Observable<readonly E[]>;
  /** For how long an endpoint that fails three times in a row is set aside, doubled each time. Default: 1 s up to 60 s. */
  readonly endpointBackoff?: Partial<BackoffOptions>;
  /** The name of the pool in events, errors and exporters. Default: `pool`. */
  readonly name?: string;
  /** Connections that are opened at start and kept. Default: 10, or `maxSize` if that is less. */
  readonly minSize?: number;
  /** Connections at most, those included that are being opened or closed. Default: 1000, or `minSize` if that is more. */
  readonly maxSize?: number;
  /** Which connection serves next. Default: `roundRobin()`. */
  readonly strategy?: Strategy;
  /** Leases of one connection at once; more than one is multiplexing. Default: 1. */
  readonly maxLeasesPerConnection?: number;
  /** Waiters at most; further checkouts fail with `POOL_OVERLOADED`. Default: 10 000. */
  readonly maxWaiting?: number;
  /** Which waiters are shed under lasting overload, such as `codel()`. By default all wait until their time is up. */
  readonly queue?: QueueDiscipline;
  /** How long a checkout waits before it fails with `POOL_CHECKOUT_TIMEOUT`. Default: 5000. */
  readonly checkoutTimeoutMs?: number;
  /**
   * Whether the first connect may take far longer than those after it: until one has come up whoever waits has the time of
   * a connect besides, where nobody has said how long a checkout may wait.
   *
   * @internal
   */
  readonly isSlowAtFirst?: boolean;
  /** Connects under way at once. Default: 4. */
  readonly maxConnecting?: number;
  /** How long opening a connection may take, from `connect` to the end of `warm`. Default: 10 000. */
  readonly connectTimeoutMs?: number;
  /**
   * The delay after a failed connect, doubled each time, with full jitter, for the pool as a whole. Default: 100 ms up to
   * 30 s.
   */
  readonly connectBackoff?: Partial<BackoffOptions>;
  /** Each idle connection is checked once in so long. Default: 5000. */
  readonly healthCheckIntervalMs?: number;
  /** How long a health check may take; one that takes longer has failed. Default: 2000. */
  readonly healthCheckTimeoutMs?: number;
  /** Failed checks in a row that make a connection unhealthy; after 3 it is replaced. Default: 1. */
  readonly unhealthyAfter?: number;
  /** Leases after which a connection is replaced. By default it is never replaced for that. */
  readonly maxUses?: number;
  /** As many connections above the floor are closed as stayed idle for so long. Default: 60 000. */
  readonly idleTimeoutMs?: number;
  /**
   * The age at which a connection is replaced, drawn for each out of a range. One number n stands for [0.9 n, n]. Default:
   * [1 500 000, 1 800 000].
   */
  readonly maxLifetimeMs?: number | readonly [minMs: number, maxMs: number];
  /** A lease that is held for longer is reported by the event `leak`, with the stack of its checkout. Default: off. */
  readonly leakAfterMs?: number;
  /**
   * How long closing one connection may take before it is dropped. Also how long one that was given back may be kept from
   * others: by its quarantine, or by work that goes on though whoever asked for it has left. Default: 2000.
   */
  readonly closeTimeoutMs?: number;
  /** The window of the latencies in the metrics; off: one window from the subscription to the end. Default: 1000. */
  readonly metricsWindowMs?: number;
  /** Where randomness starts, a whole number. The same seed and log make the same choices. By default it is drawn. */
  readonly seed?: number;
  /**
   * Keeps each connection for the `key` of its first checkout, and closes it when that was not used for so many
   * milliseconds; a checkout without a key takes one that is nobody's. @internal
   */
  readonly pinIdleMs?: number;
}
