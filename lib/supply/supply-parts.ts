import type { PoolError } from '../errors.ts';
import type { Connector } from './connector.ts';
import type { EndpointsOptions } from './endpoints/endpoints.ts';
import type { ConnectionTimeouts } from './connections/connection-fate.ts';
import type { BackoffOptions, DurationRange } from '../base/durations.ts';

/** What decides how many connections there are. */
export interface SupplyOptions<C> extends ConnectionTimeouts, EndpointsOptions {
  readonly connector: Connector<C>;
  /** Whether connecting again is of no use until somebody changes something. */
  readonly isPermanent: (error: unknown) => boolean;
  readonly maxConnecting: number;
  readonly maxUses: number;
  readonly connectBackoff: BackoffOptions;
  readonly healthCheckIntervalMs: number;
  readonly healthCheckTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxLifetimeMs: DurationRange;
  /** For how many milliseconds a connection is kept for a key that is not used, 0: for ever; `undefined`: none is kept. */
  readonly pinIdleMs: number | undefined;
}

/** Those who wait for a connection, as far as the supply has to do with them. */
export interface Waiting {
  /** There may be something to lease. */
  serve(): void;
  /** Connecting failed and none is under way; the next attempt that may help is not before `retryAt`. */
  refuse(failure: PoolError, retryAt: number): void;
}
