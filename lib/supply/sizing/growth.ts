import { RECENT } from '../../state/lease-transitions.ts';
import { type PoolState, demandOf } from '../../state/pool-state.ts';

/** How long a new connection gets to make a difference, as a share of the time of a connect. */
const PATIENCE = 1 / 4;

/** A lease that is held for this many mean durations is a long one. */
const LONG_USES = 8;

/** A connect that takes this many mean durations of a connect hangs. */
const HUNG_CONNECTS = 4;

/** The shortest time after which a connect may count as hung, in milliseconds. */
const LEAST_PATIENCE_MS = 100;

/**
 * Growth pays when it yields at least this share of its ideal gain, which it has when the connections do not slow each
 * other down.
 */
const YIELD = 1 / 4;

/**
 * After this many milliseconds growth that did not pay is tried again, by one connection: the load may have changed.
 */
const FORGET_MS = 30_000;

/**
 * Whether one more connection is worth opening: whether the queue would still be there when it is up, and would then be
 * served faster.
 *
 * The queue would still be there if no connection serves it; if it is unknown yet how long a lease or a connect takes;
 * if no lease ends; if working it off takes longer than a connect; and if it has lasted for as long as a connect takes.
 * In the last two cases the effect of the last growth is looked at first: a server with few processors gets no more
 * done with more connections.
 *
 * With pins, a key without a connection always gets one: connections of other keys never become free for it.
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

/** Whether there are more waiters than the connects under way can serve, without those that hang. */
export function exceedsConnecting(state: PoolState, now: number): boolean {
  const { connecting, maxLeasesPerConnection } = state;
  const demand = demandOf(state);
  if (demand > connecting * maxLeasesPerConnection) return true;
  return demand > 0 && demand > countPromisingConnects(state, now) * maxLeasesPerConnection;
}

/** When the next connect under way will count as hung; `Infinity` where none can. */
export function stopsHelpingAt(state: PoolState, now: number): number {
  if (demandOf(state) === 0 || state.connecting === 0) return Infinity;
  const hungMs = hungAfterMs(state);
  let at = Infinity;
  for (const { status, createdAt } of state.connections) {
    if (status === 'connecting' && createdAt + hungMs > now) at = Math.min(at, createdAt + hungMs);
  }
  return at;
}

/** The number of connects under way that do not hang. */
function countPromisingConnects(state: PoolState, now: number): number {
  const hungMs = hungAfterMs(state);
  let count = 0;
  for (const { status, createdAt } of state.connections) {
    if (status === 'connecting' && now < createdAt + hungMs) count++;
  }
  return count;
}

/**
 * How long a connect may take before it counts as hung, in milliseconds. Without a successful connect there is nothing
 * to compare with.
 */
function hungAfterMs({ connects, connectMs }: PoolState): number {
  return connects === 0 ? Infinity : Math.max(LEAST_PATIENCE_MS, HUNG_CONNECTS * connectMs);
}

/** When growth will be justified merely because time has passed. */
export function justifiedAt(state: PoolState): number {
  return Math.min(stalledAt(state), Math.max(lastingAt(state), worthwhileAt(state)));
}

/**
 * When no lease will have ended, and no connection come up, for so long that leases must be long ones: after several
 * mean durations of a lease, but at least a quarter of a connect and at most a whole one.
 */
function stalledAt({ waitingSince, returnedAt, upAt, connectMs, useMs }: PoolState): number {
  const patienceMs = Math.min(connectMs, Math.max(LONG_USES * useMs, PATIENCE * connectMs));
  return Math.max(waitingSince, returnedAt, upAt) + patienceMs;
}

/**
 * When the queue will have lasted for as long as a connect takes. The newest connection gets some time to change that.
 */
function lastingAt({ waitingSince, upAt, connectMs }: PoolState): number {
  return Math.max(waitingSince + connectMs, upAt + PATIENCE * connectMs);
}

/**
 * When the pool may grow further: at once if the last growth pays, later if its effect is not known yet or it did not
 * pay.
 */
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
