import type { Observable } from 'rxjs';
import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import type { BackoffOptions } from '../base/durations.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Connector } from '../supply/connector.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';

/** Durations are in milliseconds: left out means the default, 0 or `Infinity` means off. */
export interface PoolOptions<C, E extends Endpoint = never> extends Connector<C, E> {
  /**
   * Where connections go to, as a list that may change; `connect` is told which. Connections are spread over them. What
   * leaves the list drains; while it is empty everybody waits. When it errors or completes the last list stays.
   */
  readonly endpoints$?: Observable<readonly E[]>;
  /** For how long an endpoint that fails three times in a row is set aside, doubled each time: 1 s up to 60 s. */
  readonly endpointBackoff?: Partial<BackoffOptions>;
  /** For events, errors and exporters; `pool` when left out. */
  readonly name?: string;
  /** Opened at start and kept, 10 or `maxSize` if that is less. */
  readonly minSize?: number;
  /** Never exceeded, 1000 or `minSize` if that is more. */
  readonly maxSize?: number;
  /** Who serves next; `roundRobin()` when left out. */
  readonly strategy?: Strategy;
  /** Leases of one connection at once, 1; more is multiplexing. */
  readonly maxLeasesPerConnection?: number;
  /** Waiters at most, 10 000; further checkouts fail with `POOL_OVERLOADED`. */
  readonly maxWaiting?: number;
  /** Whom to shed under lasting overload, `codel()`; without it all wait until their time is up. */
  readonly queue?: QueueDiscipline;
  /** How long a checkout waits, 5000. */
  readonly checkoutTimeoutMs?: number;
  /**
   * Whether the first connect may take far longer than those after it: until one has come up whoever waits has the time of
   * a connect besides, where nobody has said how long a checkout may wait.
   *
   * @internal
   */
  readonly isSlowAtFirst?: boolean;
  /** Connects under way at once, 4. */
  readonly maxConnecting?: number;
  /** From `connect` to the end of `warm`, 10 000. */
  readonly connectTimeoutMs?: number;
  /** The delay after a failed connect, with full jitter, for the pool as a whole: 100 ms up to 30 s. */
  readonly connectBackoff?: Partial<BackoffOptions>;
  /** Each idle connection is checked once an interval, 5000. */
  readonly healthCheckIntervalMs?: number;
  /** How long a check may take, 2000. */
  readonly healthCheckTimeoutMs?: number;
  /** Failed checks in a row that make a connection unhealthy, 1; after 3 it is replaced. */
  readonly unhealthyAfter?: number;
  /** Leases after which a connection is replaced; without it never. */
  readonly maxUses?: number;
  /** As many connections above the floor are closed as were idle throughout the last so many milliseconds, 60 000. */
  readonly idleTimeoutMs?: number;
  /**
   * The age at which a connection is replaced, drawn for each out of a range: [1 500 000, 1 800 000]. One number n stands
   * for [0.9 n, n].
   */
  readonly maxLifetimeMs?: number | readonly [minMs: number, maxMs: number];
  /** A lease held for longer is reported by the event `leak`, with the stack of its checkout; off. */
  readonly leakAfterMs?: number;
  /**
   * How long closing one connection may take before it is dropped, 2000; and how long one that was given back may be kept
   * from others: by its quarantine, or by work that goes on though whoever asked for it has left.
   */
  readonly closeTimeoutMs?: number;
  /** The window of the latencies in the metrics, 1000; off: one window from the subscription to the end. */
  readonly metricsWindowMs?: number;
  /** Where randomness starts, a whole number; drawn when left out. The same seed and log make the same choices. */
  readonly seed?: number;
  /**
   * Keeps each connection for the `key` of its first checkout, and closes it when that was not used for so many
   * milliseconds; a checkout without a key takes one that is nobody's. @internal
   */
  readonly pinIdleMs?: number;
}
