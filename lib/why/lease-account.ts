import type { PoolLease } from '../checkout/lease.ts';

/** Why a lease has the connection that it has. Times are in milliseconds. */
export interface LeaseAccount {
  /** The id of the lease. */
  readonly lease: number;
  /** The id of its connection. */
  readonly connection: number;
  /** The name of the strategy that chose it. */
  readonly strategy: string;
  /** In a sentence. */
  readonly because: string;
  /** The waiter that got it, `null` when the checkout did not have to wait. */
  readonly waiter: number | null;
  /** From the request to the lease. */
  readonly waitedMs: number;
  /** Connections that could have been leased then, this one included. */
  readonly among: number;
  /** Since the lease began. */
  readonly heldMs: number;
}

/** `reason`: what the strategy says of all its choices; `isBound`: nobody chose, for the connection is kept for its key. */
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
