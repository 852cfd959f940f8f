import { type PoolState, demandOf, leasesOf } from '../state/pool-state.ts';

/**
 * How close the pool is to turning requests away, from 0 to 1. Up to 0.5: the share of the leases that are out of those
 * that it may ever give at once. Above: somebody waits, and it tells how full the queue is, or how much of the time that
 * a checkout may wait the queue will take as uses went lately, whichever is more. 1: the next one would be refused.
 */
export function pressureOf(state: PoolState, checkoutTimeoutMs: number): number {
  const { phase, waiting, maxWaiting, maxSize, maxLeasesPerConnection } = state;
  if (phase !== 'open') return 1;
  const queue = waiting === 0 ? 0 : Math.max(waiting / maxWaiting, waitMs(state) / timeLimit(checkoutTimeoutMs));
  if (waiting > 0) return 0.5 + 0.5 * Math.min(1, queue);
  return Math.min(0.5, (0.5 * leasesOf(state)) / (maxSize * maxLeasesPerConnection));
}

/**
 * How many checkouts would have a connection at once, one after the other: none while somebody waits. Where connections
 * are kept for keys: of how many new keys.
 */
export function capacityOf(state: PoolState): number {
  const { phase, maxLeasesPerConnection, connections } = state;
  if (phase !== 'open' || demandOf(state) > 0) return 0;
  const available = connections.countAvailable();
  if (maxLeasesPerConnection === 1) return available;
  let free = 0;
  let record = connections.nextAvailable(0);
  for (let n = 0; n < available && record !== undefined; n++) {
    free += maxLeasesPerConnection - record.leases;
    record = connections.nextAvailable(record.slot + 1);
  }
  return free;
}

/** How long who comes now would wait, in milliseconds, as far as is known; without end while nothing can be opened. */
function waitMs({ waiting, useMs, idle, active, maxLeasesPerConnection, circuit }: PoolState): number {
  const serving = (idle + active) * maxLeasesPerConnection;
  if (serving === 0) return circuit === 'open' ? Infinity : 0;
  return (waiting * useMs) / serving;
}

/** In milliseconds; a number, for nothing that is infinite can be divided by it. */
function timeLimit(checkoutTimeoutMs: number): number {
  return checkoutTimeoutMs === 0 ? Number.MAX_VALUE : checkoutTimeoutMs;
}
