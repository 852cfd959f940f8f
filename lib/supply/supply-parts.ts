import type { PoolError } from '../errors.ts';
import type { Connector } from './connector.ts';
import type { AllowancePort } from './sizing/allowance.ts';
import type { EndpointsOptions } from './endpoints/endpoints.ts';
import type { ConnectionTimeouts } from './connections/connection-fate.ts';
import type { BackoffOptions, DurationRange } from '../base/durations.ts';

/** The options that decide how many connections there are. */
export interface SupplyOptions<C> extends ConnectionTimeouts, EndpointsOptions {
  readonly connector: Connector<C>;
  /** Whether connecting will keep failing until somebody changes something. */
  readonly isPermanent: (error: unknown) => boolean;
  readonly maxConnecting: number;
  readonly maxUses: number;
  /** The bound that the pool shares with others; `undefined`: none. */
  readonly allowance: AllowancePort | undefined;
  readonly connectBackoff: BackoffOptions;
  readonly healthCheckIntervalMs: number;
  readonly healthCheckTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxLifetimeMs: DurationRange;
  /**
   * How long a connection is kept for a key that is not used, in milliseconds; 0: for ever; `undefined`: connections
   * are not pinned.
   */
  readonly pinIdleMs: number | undefined;
}

/** What the supply calls on the queue. */
export interface QueueCallbacks {
  /** Serves the queue; there may be an available connection. */
  serve(): void;
  /**
   * Fails waiters, since connecting failed and no connect is under way: those whose timeout is before `retryAt`, the
   * next attempt that may help.
   */
  refuse(failure: PoolError, retryAt: number): void;
}
