import type { PoolState } from '../state/pool-state.ts';

/** Whether one more connection is to be opened: the floor is not reached, or more wait than are being connected for. */
export function wantsMore(state: PoolState, maxConnecting: number): boolean {
  const { size, maxSize, idle, active, connecting, floor, waiting } = state;
  if (state.phase !== 'open' || size >= maxSize) return false;
  // After a failure one attempt at a time finds out whether it works again.
  if (connecting >= (state.connectFailures > 0 ? 1 : maxConnecting)) return false;
  return idle + active + connecting < floor || waiting > connecting * state.maxLeasesPerConnection;
}

/** The slots of idle connections to be closed because the pool was resized to less; none while somebody waits. */
export function surplusSlots({ surplus, waiting, connections }: PoolState): readonly number[] {
  if (surplus === 0 || waiting > 0) return [];
  const idle = [...connections].filter(({ status }) => status === 'idle');
  return idle.slice(-surplus).map(({ slot }) => slot);
}

/** Whether those who wait may learn why: connecting has failed, and nothing is up or on its way. */
export function isUnreachable({ idle, active, connecting, connectFailures, waiting }: PoolState): boolean {
  return waiting > 0 && connectFailures > 0 && idle + active + connecting === 0;
}

/** Whether a connection for a single use came up for somebody who has left: it is not to be kept beyond the floor. */
export function isUnwanted({ connections, idle, active, floor }: PoolState, slot: number, maxUses: number): boolean {
  return maxUses === 1 && idle + active > floor && connections.get(slot)?.status === 'idle';
}
