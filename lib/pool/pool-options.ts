import type { Observable } from 'rxjs';
import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import type { BackoffOptions } from '../base/durations.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Connector } from '../supply/connector.ts';
import type { AllowancePort } from '../supply/sizing/allowance.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';

/** The options of `createPool`. Durations are in milliseconds; 0 or `Infinity` means off. */
export interface PoolOptions<C, E extends Endpoint = never> extends Connector<C, E> {
  /**
   * The endpoints to connect to, as a list that may change; `connect` is told which one. Connections are spread over
   * them. The connections of an endpoint that leaves the list are retired; while the list is empty all checkouts wait.
   * When `endpoints$` errors or completes the last list stays. Default: none.
   */
  readonly endpoints$?: Observable<readonly E[]>;
  /** How long an endpoint that fails three times in a row is set aside; doubled each time. Default: 1 s up to 60 s. */
  readonly endpointBackoff?: Partial<BackoffOptions>;
  /** The name of the pool in events, errors and exporters. Default: `pool`. */
  readonly name?: string;
  /** Connections that are opened at start and kept. Default: 10, or `maxSize` if that is less. */
  readonly minSize?: number;
  /**
   * The limit of connections, including those that are being opened or closed. Default: 1000, or `minSize` if that is
   * more.
   */
  readonly maxSize?: number;
  /**
   * A bound on connections that the pool shares with others, such as `sharedAllowance(20)`: it opens no more than it was
   * granted, and never more than `maxSize`. Default: none.
   */
  readonly allowance?: AllowancePort;
  /** Which connection serves next. Default: `roundRobin()`. */
  readonly strategy?: Strategy;
  /** Leases of one connection at once; more than one is multiplexing. Default: 1. */
  readonly maxLeasesPerConnection?: number;
  /** The limit of waiters; further checkouts fail with `POOL_OVERLOADED`. Default: 10 000. */
  readonly maxWaiting?: number;
  /** Which waiters are rejected under lasting overload, such as `codel()`. By default each waits until its timeout. */
  readonly queue?: QueueDiscipline;
  /** How long a checkout waits before it fails with `POOL_CHECKOUT_TIMEOUT`. Default: 5000. */
  readonly checkoutTimeoutMs?: number;
  /**
   * Whether the first connect may take far longer than later ones. Until one connection has come up, checkouts then get
   * the time of a connect in addition to their default timeout.
   *
   * @internal
   */
  readonly isSlowAtFirst?: boolean;
  /** The limit of connects at the same time. Default: 4. */
  readonly maxConnecting?: number;
  /** How long opening a connection may take, from `connect` to the end of `warm`. Default: 10 000. */
  readonly connectTimeoutMs?: number;
  /**
   * The delay after a failed connect, doubled each time, with full jitter, for the pool as a whole. Default: 100 ms up to
   * 30 s.
   */
  readonly connectBackoff?: Partial<BackoffOptions>;
  /** How often each idle connection is checked. Default: 5000. */
  readonly healthCheckIntervalMs?: number;
  /** How long a health check may take; one that takes longer has failed. Default: 2000. */
  readonly healthCheckTimeoutMs?: number;
  /** Failed health checks in a row that make a connection unhealthy; after 3 it is replaced. Default: 1. */
  readonly unhealthyAfter?: number;
  /** The number of leases after which a connection is replaced. Default: no limit. */
  readonly maxUses?: number;
  /**
   * After this time without use, surplus connections are closed: as many as were idle throughout, but never below the
   * floor. Default: 60 000.
   */
  readonly idleTimeoutMs?: number;
  /**
   * The age at which a connection is replaced, drawn from a range for each connection. One number n stands for [0.9 n,
   * n]. Default: [1 500 000, 1 800 000].
   */
  readonly maxLifetimeMs?: number | readonly [minMs: number, maxMs: number];
  /** A lease that is held for longer is reported by the event `leak`, with the stack of its checkout. Default: off. */
  readonly leakAfterMs?: number;
  /**
   * How long closing a connection may take before it is dropped. Also how long a connection that was checked in may be
   * kept from other checkouts: by its quarantine, or by work that goes on after its caller has left. Default: 2000.
   */
  readonly closeTimeoutMs?: number;
  /**
   * The length of the window for the latencies in the metrics; off: a single window from the subscription to the end.
   * Default: 1000.
   */
  readonly metricsWindowMs?: number;
  /** The seed of random choices, a whole number. The same seed and log make the same choices. Default: random. */
  readonly seed?: number;
  /**
   * Keeps each connection for the `key` of its first checkout, and closes it when that key was not used for so many
   * milliseconds. A checkout without a key gets a connection that is kept for none.
   *
   * @internal
   */
  readonly pinIdleMs?: number;
}
