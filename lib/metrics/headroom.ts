import { type PoolState, demandOf, freeLeases, leasesOf } from '../state/pool-state.ts';
import { supplyHealth } from '../state/supply-health.ts';

/**
 * How close the pool is to refusing checkouts, from 0 to 1.
 *
 * Up to 0.5: the share of all possible leases that are held. Above 0.5 there are waiters, and the larger of two values
 * counts: how full the queue is, or the expected waiting time as a share of the checkout timeout. 1: the next checkout
 * would be refused, or nothing is up and nothing can be opened (see `supplyHealth`).
 */
export function pressureOf(state: PoolState, checkoutTimeoutMs: number): number {
  const { waiting, maxWaiting, allowed, maxLeasesPerConnection } = state;
  if (supplyHealth(state) === 'down') return 1;
  const queue =
    waiting === 0 ? 0 : Math.max(waiting / maxWaiting, expectedWaitMs(state) / finiteTimeLimitMs(checkoutTimeoutMs));
  if (waiting > 0) return 0.5 + 0.5 * Math.min(1, queue);
  return Math.min(0.5, (0.5 * leasesOf(state)) / (Math.max(1, allowed) * maxLeasesPerConnection));
}

/**
 * How many checkouts would get a connection at once, one after the other; 0 while there are waiters. With pins: how
 * many new keys would.
 */
export function capacityOf(state: PoolState): number {
  if (state.phase !== 'open' || demandOf(state) > 0) return 0;
  return freeLeases(state, Infinity);
}

/** How long a new checkout is expected to wait, in milliseconds; 0 while the first connections are being opened. */
function expectedWaitMs({ waiting, useMs, idle, active, maxLeasesPerConnection }: PoolState): number {
  const serving = (idle + active) * maxLeasesPerConnection;
  return serving === 0 ? 0 : (waiting * useMs) / serving;
}

/** The timeout in milliseconds; a huge number if there is none, since dividing by `Infinity` could give `NaN`. */
function finiteTimeLimitMs(checkoutTimeoutMs: number): number {
  return checkoutTimeoutMs === 0 ? Number.MAX_VALUE : checkoutTimeoutMs;
}
