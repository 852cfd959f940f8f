import type { PoolLease } from '../checkout/lease.ts';

/** Why a lease got its connection. Times are in milliseconds. */
export interface LeaseAccount {
  /** The id of the lease. */
  readonly lease: number;
  /** The id of its connection. */
  readonly connection: number;
  /** The name of the strategy that chose it. */
  readonly strategy: string;
  /** The reason, in a sentence for people. */
  readonly because: string;
  /** The id of the waiter that got the lease; `null` if the checkout did not have to wait. */
  readonly waiter: number | null;
  /** The time from the call of `checkout` to the lease. */
  readonly waitedMs: number;
  /** How many connections could have been leased then, including this one. */
  readonly among: number;
  /** The time since the lease began. */
  readonly heldMs: number;
}

/**
 * Explains a lease. `reason`: the strategy's reason for all its choices. `isBound`: there was no choice, because the
 * connection is kept for the key.
 */
export function leaseAccount<C>(
  lease: PoolLease<C>,
  { strategy, reason, isBound }: { readonly strategy: string; readonly reason: string; readonly isBound: boolean },
  at: number,
): LeaseAccount {
  const { waiter, waitedMs } = lease;
  const among = isBound ? 1 : lease.among;
  const free = among === 1 ? 'it was the only one free' : `${reason}, among ${among} that were free`;
  const choice = isBound ? 'its key is pinned to it' : free;
  return {
    lease: lease.id,
    connection: lease.connectionId,
    strategy,
    because: waiter === null ? choice : `${choice} after ${Math.round(waitedMs)} ms in the queue`,
    waiter,
    waitedMs,
    among,
    heldMs: at - lease.since,
  };
}
