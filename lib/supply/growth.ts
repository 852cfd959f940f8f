import type { PoolState } from '../state/pool-state.ts';

/** The share of a connect's time in which something should come back; else the connections are held for long. */
const PATIENCE = 1 / 4;

/**
 * Whether one more connection is worth opening: whether the queue would still be there when it is ready.
 *
 * It would where nothing serves it; where nobody knows yet how long a use or a connect takes; where working it off takes
 * longer than a connect; where it has lasted for as long as a connect takes; and where nothing comes back. For the last
 * two the newest connection is given some time to make a difference.
 */
export function isGrowthJustified(state: PoolState, now: number): boolean {
  const { waiting, maxLeasesPerConnection, connects, connectMs, useMs, checkins, destroyed } = state;
  if (!exceedsConnecting(state)) return false;
  const serving = (state.idle + state.active - state.unhealthy) * maxLeasesPerConnection;
  const isUnknown = connects === 0 || checkins + destroyed === 0;
  if (serving === 0 || isUnknown || waiting * useMs > serving * connectMs) return true;
  return now >= lastingAt(state);
}

/** Whether more wait than are being connected for. */
export function exceedsConnecting({ waiting, connecting, maxLeasesPerConnection }: PoolState): boolean {
  return waiting > connecting * maxLeasesPerConnection;
}

/** When growth will be justified, if the queue is still there by then and nothing has come back or up. */
export function lastingAt({ waitingSince, returnedAt, upAt, connectMs }: PoolState): number {
  const patienceMs = PATIENCE * connectMs;
  const stalledAt = Math.max(waitingSince, returnedAt) + patienceMs;
  return Math.max(upAt + patienceMs, Math.min(waitingSince + connectMs, stalledAt));
}
