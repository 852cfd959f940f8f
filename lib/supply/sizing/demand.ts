import type { Retire } from '../../events/connection-event.ts';
import { isInService } from '../../state/endpoint-record.ts';
import { type ConnectionRecord, type PoolState, demandOf } from '../../state/pool-state.ts';
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
  const growAt = mayConnect(state, maxConnecting) ? growsAt(state, now) : Infinity;
  return state.hasEndpoints ? Math.min(growAt, spreadAgainAt(state, now)) : growAt;
}

/** How many waiters can be served by the connects that are under way or may begin now. */
export function connectable(state: PoolState, maxConnecting: number): number {
  const { connecting, size, maxSize, maxLeasesPerConnection } = state;
  const more = mayConnect(state, maxConnecting) ? Math.min(maxConnecting - connecting, maxSize - size) : 0;
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
 * Whether a connection may be retired now. Surplus connections are checked again here: an observer that was told of the
 * one retired before may have leased this one, or checked in another.
 */
export function mayRetire(
  { surplus, idle, active, floor }: PoolState,
  { status, pin }: ConnectionRecord,
  reason: Retire['reason'],
): boolean {
  if (pin !== null && SPARES_PINS.has(reason)) return false;
  if (reason === 'resize') return status === 'idle' && surplus > 0;
  if (reason === 'idle') return status === 'idle' && idle + active > floor;
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

function growsAt(state: PoolState, now: number): number {
  // The strategy may choose a connection that it declined at the next event; time alone changes nothing.
  if (state.connections.countAvailable() > 0) return Infinity;
  return exceedsConnecting(state, now) ? justifiedAt(state) : stopsHelpingAt(state, now);
}

function mayConnect(state: PoolState, maxConnecting: number): boolean {
  const { phase, circuit, size, maxSize, connecting } = state;
  if (phase !== 'open' || !hasTarget(state) || circuit === 'open' || size >= maxSize) return false;
  // After a failure a single connect at a time tests whether connecting works again.
  return connecting < (circuit === 'halfOpen' ? 1 : maxConnecting);
}

function hasTarget({ hasEndpoints, endpoints, restingUntil }: PoolState): boolean {
  return hasEndpoints ? endpoints.some(isInService) : restingUntil === 0;
}

/** Whether the floor is not reached, or a connection was retired so that another endpoint gets one. */
function isNeeded({ idle, active, connecting, floor, moving }: PoolState): boolean {
  return idle + active + connecting < floor || moving > 0;
}
