import { Subscription } from 'rxjs';
import type { PoolState } from '../../state/pool-state.ts';

/** How often in an interval idle connections are looked at: what is not needed ends that much later at most. */
const SWEEPS = 4;

/** Calls `sweep` four times in each `idleTimeoutMs` milliseconds, until it is unsubscribed; 0: never. */
export function everySweep(idleTimeoutMs: number, sweep: () => void): Subscription {
  const timer = idleTimeoutMs > 0 ? setInterval(sweep, Math.max(1, idleTimeoutMs / SWEEPS)) : undefined;
  // It is of no use to keep a process alive in order to close what it does not need.
  timer?.unref();
  return new Subscription(() => {
    clearInterval(timer);
  });
}

/** The slots of the connections above the floor that nobody needed for a whole interval; unused longest, first. */
export function unneededSlots(state: PoolState): readonly number[] {
  const { idle, active, floor, lowIdle, lowIdleBefore, connections } = state;
  const unneeded = Math.min(lowIdle, ...lowIdleBefore, idle + active - floor);
  if (unneeded <= 0 || lowIdleBefore.length < SWEEPS - 1) return [];
  const candidates = [...connections].filter(({ status, pin }) => status === 'idle' && pin === null);
  candidates.sort((a, b) => a.lastUsedAt - b.lastUsedAt);
  return candidates.slice(0, unneeded).map(({ slot }) => slot);
}
