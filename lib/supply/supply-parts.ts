import type { BackoffOptions } from './backoff.ts';
import type { ConnectionTimeouts, Connector } from './live-connection.ts';

/** What decides how many connections there are. */
export interface SupplyOptions<C> extends ConnectionTimeouts {
  readonly connector: Connector<C>;
  readonly maxConnecting: number;
  readonly maxUses: number;
  readonly connectBackoff: BackoffOptions;
  readonly healthCheckIntervalMs: number;
  readonly healthCheckTimeoutMs: number;
}

/** Whom the supply tells what became of the connections; each is called after the event about it. */
export interface SupplyListener {
  /** There may be something to lease. */
  available(): void;
  /** The connection on this slot is gone, and with it its leases. */
  lost(slot: number, reason: 'down' | 'closed', cause: unknown): void;
  /** Connecting failed and none is under way; the next attempt is not before `retryAt`. */
  unreachable(error: unknown, retryAt: number): void;
  /** The last connection is gone. */
  empty(): void;
}
