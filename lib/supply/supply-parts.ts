import type { Retire } from '../events/connection-event.ts';
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

/** Whom the supply tells what became of the connections; each is called after the event about it. */
export interface SupplyListener {
  /** There may be something to lease. */
  available(): void;
  /** The connection on this slot takes no more leases; those that it has may go on. */
  retiring(slot: number, reason: Retire['reason']): void;
  /** The connection on this slot is gone, and with it its leases. */
  lost(slot: number, reason: 'down' | 'closed', cause: unknown): void;
  /** Connecting failed and none is under way; the next attempt that may help is not before `retryAt`. */
  unreachable(failure: PoolError, retryAt: number): void;
  /** The last connection is gone. */
  empty(): void;
}
