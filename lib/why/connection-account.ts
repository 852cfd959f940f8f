import { type ConnectionRecord, type PoolState, demandOf } from '../state/pool-state.ts';
import { type LeaseAccount, leaseAccount } from './lease-account.ts';
import type { PoolLease } from '../checkout/lease.ts';

/** Why a connection is in its present state. Times are in milliseconds. */
export interface ConnectionAccount {
  /** The id of the connection. */
  readonly connection: number;
  /** The stage of its life. */
  readonly status: ConnectionRecord['status'];
  /** The result of its last health checks. */
  readonly health: ConnectionRecord['health'];
  /** The reason, in a sentence for people. */
  readonly because: string;
  /** The time since its connect began. */
  readonly ageMs: number;
  /** Leases so far. */
  readonly requestCount: number;
  /** Failed health checks in a row. */
  readonly failureCount: number;
  /** For each of its leases, why it got this connection. */
  readonly leases: readonly LeaseAccount[];
}

/** Explains a connection. `reason`: the strategy's reason for all its choices. */
export function connectionAccount<C>(
  record: ConnectionRecord,
  leases: readonly PoolLease<C>[],
  { state, reason, at }: { readonly state: PoolState; readonly reason: string; readonly at: number },
): ConnectionAccount {
  const { id, status, health, createdAt, requestCount, failureCount } = record;
  return {
    connection: id,
    status,
    health,
    because: becauseOf(record, state, at),
    ageMs: at - createdAt,
    requestCount,
    failureCount,
    leases: leases.map((lease) => leaseAccount(lease, choiceOf(record, state.strategy, reason), at)),
  };
}

/**
 * How the present lease of a connection was chosen. Of a connection that is kept for a key only the first lease was a
 * choice.
 */
export function choiceOf(
  { pin, requestCount }: ConnectionRecord,
  strategy: string,
  reason: string,
): { readonly strategy: string; readonly reason: string; readonly isBound: boolean } {
  return { strategy, reason, isBound: pin !== null && requestCount > 1 };
}

function becauseOf(record: ConnectionRecord, state: PoolState, at: number): string {
  const { status, health, failureCount, checking, withheld, pin, leases, createdAt, lastUsedAt } = record;
  const nobody = pin === null ? 'it is not leased' : 'it is pinned, and not leased';
  const kept = pin === null ? '' : ', and pinned';
  const unused = `unused for ${ms(at - lastUsedAt)}`;
  switch (status) {
    case 'connecting':
      return `it has been connecting for ${ms(at - createdAt)}`;
    case 'closing':
      return leases === 0 ? 'it is being closed' : `it is closed once it has been checked in, ${leasedText(leases)}`;
    case 'active':
      return `${leasedText(leases)}${kept}${health === 'unhealthy' ? `, and ${failed(failureCount)}` : ''}`;
    case 'idle':
      if (health === 'unhealthy') return `${nobody}, for ${failed(failureCount)}`;
      if (checking) return `${nobody}, for it is being checked`;
      if (withheld) return `${nobody}, for its endpoint rests or is set aside`;
      if (pin !== null) return `it is pinned, ${unused}`;
      return `${demandOf(state) === 0 ? 'nobody waits' : 'the next waiter is about to get it'}, ${unused}`;
  }
}

function leasedText(leases: number): string {
  return leases === 1 ? 'it is leased' : `it is leased ${leases} times`;
}

function failed(checks: number): string {
  return checks === 1 ? 'its last health check failed' : `its last ${checks} health checks failed`;
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
