import { RECENT } from '../../state/connection-transitions.ts';
import { type PoolState, demandOf } from '../../state/pool-state.ts';

/** The share of a connect's time that a new connection gets to make a difference. */
const PATIENCE = 1 / 4;

/** A lease held that many times longer than the mean is a long one. */
const LONG_USES = 8;

/** A connect that takes so many times what connects usually take hangs. */
const HUNG_CONNECTS = 4;

/** Whatever they usually take, connects have so many milliseconds. */
const LEAST_PATIENCE_MS = 100;

/** Growth pays when it yields at least this share of what it would if one connection did not slow the others. */
const YIELD = 1 / 4;

/** After so many milliseconds growth that did not pay is tried again, by one connection: the load may have changed. */
const FORGET_MS = 30_000;

/**
 * Whether one more connection is worth opening: whether the queue would still be there when it is ready, and would then
 * be served faster.
 *
 * The queue would be there where nothing serves it; where nobody knows yet how long a use or a connect takes; where
 * nothing comes back; where working it off takes longer than a connect; and where it has lasted for as long as a connect
 * takes. In the last two cases what the last growth has brought is looked at first: a server that has so many processors
 * gets no more done with more connections.
 *
 * Where connections are kept for keys, a key that has none gets one of its own: those of others never come back to it.
 */
export function isGrowthJustified(state: PoolState, now: number): boolean {
  if (!exceedsConnecting(state, now)) return false;
  if (state.hasPins) return true;
  const { waiting, maxLeasesPerConnection, connects, connectMs, useMs } = state;
  const serving = (state.idle + state.active - state.unhealthy - state.withheld) * maxLeasesPerConnection;
  if (serving === 0 || connects === 0 || endedOf(state) === 0 || now >= stalledAt(state)) return true;
  const isLong = waiting * useMs > serving * connectMs || now >= lastingAt(state);
  return isLong && now >= worthwhileAt(state);
}

/** Whether more wait than are being connected for, by connects that are likely to succeed. */
export function exceedsConnecting(state: PoolState, now: number): boolean {
  const { connecting, maxLeasesPerConnection } = state;
  const demand = demandOf(state);
  if (demand > connecting * maxLeasesPerConnection) return true;
  return demand > 0 && demand > helping(state, now) * maxLeasesPerConnection;
}

/** When the next connect that is under way will have taken too long to be of help; `Infinity` where none can. */
export function stopsHelpingAt(state: PoolState, now: number): number {
  if (demandOf(state) === 0 || state.connecting === 0) return Infinity;
  const patienceMs = patienceWithConnects(state);
  let at = Infinity;
  for (const { status, createdAt } of state.connections) {
    if (status === 'connecting' && createdAt + patienceMs > now) at = Math.min(at, createdAt + patienceMs);
  }
  return at;
}

/** Connects that are under way and have not taken several times what connects usually take. */
function helping(state: PoolState, now: number): number {
  const patienceMs = patienceWithConnects(state);
  let count = 0;
  for (const { status, createdAt } of state.connections) {
    if (status === 'connecting' && now < createdAt + patienceMs) count++;
  }
  return count;
}

/** Where no connect has succeeded yet nobody knows what is usual. */
function patienceWithConnects({ connects, connectMs }: PoolState): number {
  return connects === 0 ? Infinity : Math.max(LEAST_PATIENCE_MS, HUNG_CONNECTS * connectMs);
}

/** When growth may next be justified by nothing but time gone by. */
export function justifiedAt(state: PoolState): number {
  return Math.min(stalledAt(state), Math.max(lastingAt(state), worthwhileAt(state)));
}

/**
 * When nothing will have come back or up for so long that the connections must be held for long: several mean uses, but a
 * quarter of a connect at the least and a whole one at the most.
 */
function stalledAt({ waitingSince, returnedAt, upAt, connectMs, useMs }: PoolState): number {
  const patienceMs = Math.min(connectMs, Math.max(LONG_USES * useMs, PATIENCE * connectMs));
  return Math.max(waitingSince, returnedAt, upAt) + patienceMs;
}

/** When the queue will have lasted for as long as a connect takes; the newest connection gets some time to change that. */
function lastingAt({ waitingSince, upAt, connectMs }: PoolState): number {
  return Math.max(waitingSince + connectMs, upAt + PATIENCE * connectMs);
}

/** When the pool may grow further: at once where the last growth pays, after a while where nobody can tell yet. */
function worthwhileAt(state: PoolState): number {
  const { idle, active, connecting, useMs, upAt, connectMs, grownFrom, grownFromUseMs, endedBefore } = state;
  if (grownFrom === 0 || idle + active <= grownFrom) return 0;
  if (endedOf(state) - endedBefore < 2 * RECENT) return upAt + connectMs;
  const grown = (idle + active) / grownFrom;
  if (grown * grownFromUseMs >= useMs * (1 + YIELD * (grown - 1))) return 0;
  return connecting > 0 ? Infinity : upAt + FORGET_MS;
}

function endedOf({ checkins, destroyed }: PoolState): number {
  return checkins + destroyed;
}
