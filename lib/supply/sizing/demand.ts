import type { Retire } from '../../events/connection-event.ts';
import { isInService } from '../../state/endpoint-record.ts';
import { type ConnectionRecord, type PoolState, demandOf } from '../../state/pool-state.ts';
import { exceedsConnecting, isGrowthJustified, justifiedAt, stopsHelpingAt } from './growth.ts';
import { spreadAgainAt } from '../endpoints/rebalance.ts';
import { isOutOfReach } from '../unreachable.ts';

/** What must not cost somebody the state that the server keeps for him. */
const SPARES_PINS: ReadonlySet<Retire['reason']> = new Set(['resize', 'idle', 'spread', 'maxLifetime', 'maxUses']);

/** Whether one more connection is to be opened now: one is missing, or the queue justifies it. */
export function wantsMore(state: PoolState, maxConnecting: number, now: number): boolean {
  return mayConnect(state, maxConnecting) && (isNeeded(state) || isQueueInNeed(state, now));
}

/** When to look again, for whoever waits or to spread connections; `Infinity` where time alone changes nothing. */
export function lookAgainAt(state: PoolState, maxConnecting: number, now: number): number {
  const growAt = mayConnect(state, maxConnecting) ? growsAt(state, now) : Infinity;
  return state.hasEndpoints ? Math.min(growAt, spreadAgainAt(state, now)) : growAt;
}

/** How many of those who wait the connects that are under way, or may begin now, can serve. */
export function connectable(state: PoolState, maxConnecting: number): number {
  const { connecting, size, maxSize, maxLeasesPerConnection } = state;
  const more = mayConnect(state, maxConnecting) ? Math.min(maxConnecting - connecting, maxSize - size) : 0;
  return (connecting + more) * maxLeasesPerConnection;
}

/** The slots of idle connections to be closed because the pool was resized to less; none while somebody waits. */
export function surplusSlots(state: PoolState): readonly number[] {
  const { surplus, connections } = state;
  if (surplus === 0 || demandOf(state) > 0) return [];
  const idle = [...connections].filter(({ status, pin }) => status === 'idle' && pin === null);
  return idle.slice(-surplus).map(({ slot }) => slot);
}

/**
 * Whether a connection may be retired now. One too many is looked at once more: whoever was told that another one went may
 * have leased it, or given one back that went in its place.
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

/** Whether those who wait may learn why. */
export function isUnreachable(state: PoolState): boolean {
  return state.waiting > 0 && isOutOfReach(state);
}

/** Whether a connection for a single use came up for somebody who has left: it is not to be kept beyond the floor. */
export function isUnwanted({ connections, idle, active, floor }: PoolState, slot: number, maxUses: number): boolean {
  return maxUses === 1 && idle + active > floor && connections.get(slot)?.status === 'idle';
}

/** Not where the strategy declines what is free: it would decline a new one as well. */
function isQueueInNeed(state: PoolState, now: number): boolean {
  return state.connections.countAvailable() === 0 && isGrowthJustified(state, now);
}

function growsAt(state: PoolState, now: number): number {
  // What a strategy declines it may name at the next event, and time alone changes nothing.
  if (state.connections.countAvailable() > 0) return Infinity;
  return exceedsConnecting(state, now) ? justifiedAt(state) : stopsHelpingAt(state, now);
}

function mayConnect(state: PoolState, maxConnecting: number): boolean {
  const { phase, circuit, size, maxSize, connecting } = state;
  if (phase !== 'open' || !hasSomewhereToGo(state) || circuit === 'open' || size >= maxSize) return false;
  // After a failure one attempt at a time finds out whether it works again.
  return connecting < (circuit === 'halfOpen' ? 1 : maxConnecting);
}

function hasSomewhereToGo({ hasEndpoints, endpoints, restingUntil }: PoolState): boolean {
  return hasEndpoints ? endpoints.some(isInService) : restingUntil === 0;
}

/** The floor is not reached, or one was retired for another endpoint to get it. */
function isNeeded({ idle, active, connecting, floor, moving }: PoolState): boolean {
  return idle + active + connecting < floor || moving > 0;
}
