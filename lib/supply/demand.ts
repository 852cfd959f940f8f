import type { Retire } from '../events/connection-event.ts';
import { isInService } from '../state/endpoint-record.ts';
import type { ConnectionRecord, PoolState } from '../state/pool-state.ts';
import { exceedsConnecting, isGrowthJustified, justifiedAt } from './growth.ts';

/** Whether one more connection is to be opened now: the floor is not reached, or the queue justifies it. */
export function wantsMore(state: PoolState, maxConnecting: number, now: number): boolean {
  return mayConnect(state, maxConnecting) && (isBelowFloor(state) || isGrowthJustified(state, now));
}

/** When to look again for whoever waits, `Infinity` where there may be no further connection. */
export function lookAgainAt(state: PoolState, maxConnecting: number): number {
  return exceedsConnecting(state) && mayConnect(state, maxConnecting) ? justifiedAt(state) : Infinity;
}

/** The slots of idle connections to be closed because the pool was resized to less; none while somebody waits. */
export function surplusSlots({ surplus, waiting, connections }: PoolState): readonly number[] {
  if (surplus === 0 || waiting > 0) return [];
  const idle = [...connections].filter(({ status }) => status === 'idle');
  return idle.slice(-surplus).map(({ slot }) => slot);
}

/**
 * Whether a connection may be retired now. One too many is looked at once more: whoever was told that another one went may
 * have leased it, or given one back that went in its place.
 */
export function mayRetire(
  { surplus, idle, active, floor }: PoolState,
  { status }: ConnectionRecord,
  reason: Retire['reason'],
): boolean {
  if (reason === 'resize') return status === 'idle' && surplus > 0;
  if (reason === 'idle') return status === 'idle' && idle + active > floor;
  return status !== 'closing';
}

/** Whether those who wait may learn why: connecting is held back, and nothing is up or on its way. */
export function isUnreachable({ idle, active, connecting, circuit, waiting }: PoolState): boolean {
  return waiting > 0 && circuit === 'open' && idle + active + connecting === 0;
}

/** How connecting has gone so far, and in how many milliseconds it is tried again. */
export function attemptsOf(
  { connectFailures, retryAt }: PoolState,
  now: number,
): { failures: number; retryInMs: number } {
  return { failures: connectFailures, retryInMs: Math.max(0, retryAt - now) };
}

/** Whether a connection for a single use came up for somebody who has left: it is not to be kept beyond the floor. */
export function isUnwanted({ connections, idle, active, floor }: PoolState, slot: number, maxUses: number): boolean {
  return maxUses === 1 && idle + active > floor && connections.get(slot)?.status === 'idle';
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

function isBelowFloor({ idle, active, connecting, floor }: PoolState): boolean {
  return idle + active + connecting < floor;
}
