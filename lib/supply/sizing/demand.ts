import type { Retire } from '../../events/connection-event.ts';
import { type ConnectionRecord, type PoolState, demandOf } from '../../state/pool-state.ts';
import { hasTarget } from '../../state/supply-health.ts';
import { exceedsConnecting, isGrowthJustified, justifiedAt, stopsHelpingAt } from './growth.ts';
import { spreadAgainAt } from '../endpoints/rebalance.ts';
import { isOutOfReach } from '../unreachable.ts';

/** Reasons that do not end a pinned connection: the server may keep state for its key, which would be lost. */
const SPARES_PINS: ReadonlySet<Retire['reason']> = new Set(['resize', 'idle', 'spread', 'maxLifetime', 'maxUses']);

/** Whether one more connection should be opened now: the floor is not reached, or the queue justifies it. */
export function wantsMore(state: PoolState, maxConnecting: number, now: number): boolean {
  return mayConnect(state, maxConnecting) && (isNeeded(state) || doesQueueNeedMore(state, now));
}

/** When the next review is due, for the queue or to spread connections; `Infinity` where time alone changes nothing. */
export function lookAgainAt(state: PoolState, maxConnecting: number, now: number): number {
  // Also while no more are allowed: then more are asked for.
  const growAt = mayConnect(state, maxConnecting, state.maxSize) ? growsAt(state, now) : Infinity;
  return state.hasEndpoints ? Math.min(growAt, spreadAgainAt(state, now)) : growAt;
}

/**
 * How many connections the pool could use now, however many it is allowed: those it has, the floor, and what the queue
 * justifies.
 */
export function wantedConnections(state: PoolState, now: number): number {
  const { phase, idle, active, connecting, moving, floor, maxSize } = state;
  if (phase !== 'open') return 0;
  return Math.min(maxSize, Math.max(floor, idle + active + connecting + Math.max(moving, lackingForQueue(state, now))));
}

/**
 * How many waiters can be served by the connects that are under way or may begin now. Where no more are allowed, one: only
 * for a waiter are more asked for.
 */
export function connectable(state: PoolState, maxConnecting: number): number {
  const { connecting, size, maxSize, allowed, maxLeasesPerConnection } = state;
  const mayAsk = mayConnect(state, maxConnecting, maxSize);
  const more = mayAsk ? Math.min(maxConnecting - connecting, Math.max(1, allowed - size)) : 0;
  return (connecting + more) * maxLeasesPerConnection;
}

/**
 * The slots of idle connections that have to be closed because the pool was resized to less; none while there are
 * waiters.
 */
export function surplusSlots(state: PoolState): readonly number[] {
  const { surplus, connections } = state;
  if (surplus === 0 || demandOf(state) > 0) return [];
  const idle = [...connections].filter(({ status, pin }) => status === 'idle' && pin === null);
  return idle.slice(-surplus).map(({ slot }) => slot);
}

/**
 * The connections to be retired because there are more than are allowed: those that serve nobody first, those that are kept
 * for a key last, and of several alike those unused for longest. Connects under way are not cut off; they count, so that one
 * that is up goes in place of each.
 */
export function unallowed(state: PoolState): readonly ConnectionRecord[] {
  const excess = excessOf(state);
  if (excess <= 0) return [];
  const up = [...state.connections].filter(({ status }) => status === 'idle' || status === 'active');
  return up.sort((a, b) => worthOf(a) - worthOf(b) || a.lastUsedAt - b.lastUsedAt).slice(0, excess);
}

/**
 * Whether a connection may be retired now. Surplus connections are checked again here: an observer that was told of the
 * one retired before may have leased this one, or checked in another.
 */
export function mayRetire(state: PoolState, { status, pin }: ConnectionRecord, reason: Retire['reason']): boolean {
  const { surplus, idle, active, floor } = state;
  if (pin !== null && SPARES_PINS.has(reason)) return false;
  if (reason === 'resize') return status === 'idle' && surplus > 0;
  if (reason === 'idle') return status === 'idle' && idle + active > floor;
  if (reason === 'allowance') return status !== 'closing' && excessOf(state) > 0;
  return status !== 'closing';
}

/** Whether the waiters are to fail, because no connection can be reached. */
export function isUnreachable(state: PoolState): boolean {
  return state.waiting > 0 && isOutOfReach(state);
}

/**
 * Whether a connection for a single use came up for a waiter that has left. It is not kept beyond the floor. One that a
 * strategy declines is: the waiter would have another one opened in its place, and so on.
 */
export function isUnwanted(state: PoolState, slot: number, maxUses: number): boolean {
  const { connections, idle, active, floor, waiting } = state;
  return maxUses === 1 && waiting === 0 && idle + active > floor && connections.get(slot)?.status === 'idle';
}

/** False where the strategy declines available connections: it would decline a new one as well. */
function doesQueueNeedMore(state: PoolState, now: number): boolean {
  return state.connections.countAvailable() === 0 && isGrowthJustified(state, now);
}

/** How many more connections the queue justifies; 0 where connecting is held back. */
function lackingForQueue(state: PoolState, now: number): number {
  if (state.circuit === 'open' || !hasTarget(state) || !doesQueueNeedMore(state, now)) return 0;
  return Math.max(1, Math.ceil(demandOf(state) / state.maxLeasesPerConnection) - state.connecting);
}

function excessOf({ idle, active, connecting, allowed }: PoolState): number {
  return idle + active + connecting - allowed;
}

function worthOf({ status, health, pin }: ConnectionRecord): number {
  const use = status === 'active' ? 2 : Number(health === 'healthy');
  return pin === null ? use : 3 + use;
}

function growsAt(state: PoolState, now: number): number {
  // The strategy may choose a connection that it declined at the next event; time alone changes nothing.
  if (state.connections.countAvailable() > 0) return Infinity;
  return exceedsConnecting(state, now) ? justifiedAt(state) : stopsHelpingAt(state, now);
}

/** `limit`: how many connections there may be. */
function mayConnect(state: PoolState, maxConnecting: number, limit = state.allowed): boolean {
  const { phase, circuit, size, connecting } = state;
  if (phase !== 'open' || !hasTarget(state) || circuit === 'open' || size >= limit) return false;
  // After a failure a single connect at a time tests whether connecting works again.
  return connecting < (circuit === 'halfOpen' ? 1 : maxConnecting);
}

/** Whether the floor is not reached, or a connection was retired so that another endpoint gets one. */
function isNeeded({ idle, active, connecting, floor, moving }: PoolState): boolean {
  return idle + active + connecting < floor || moving > 0;
}
