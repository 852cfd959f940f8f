import { Subscription } from 'rxjs';
import { unref } from '../../base/timers.ts';
import type { PoolState } from '../../state/pool-state.ts';

/** How many sweeps there are in an idle interval. A connection that is not needed is closed at most one sweep later. */
const SWEEPS_PER_INTERVAL = 4;

/** Calls `sweep` four times in each `idleTimeoutMs` milliseconds, until unsubscribed from. 0: never. */
export function everySweep(idleTimeoutMs: number, sweep: () => void): Subscription {
  const timer = idleTimeoutMs > 0 ? setInterval(sweep, Math.max(1, idleTimeoutMs / SWEEPS_PER_INTERVAL)) : undefined;
  // The timer must not keep the process alive only to close idle connections.
  unref(timer);
  return new Subscription(() => {
    clearInterval(timer);
  });
}

/**
 * The slots of connections above the floor that were not needed for a whole interval, those unused for longest first.
 */
export function unneededSlots(state: PoolState): readonly number[] {
  const { idle, active, floor, lowIdle, lowIdleBefore, connections } = state;
  const unneeded = Math.min(lowIdle, ...lowIdleBefore, idle + active - floor);
  if (unneeded <= 0 || lowIdleBefore.length < SWEEPS_PER_INTERVAL - 1) return [];
  const candidates = [...connections].filter(({ status, pin }) => status === 'idle' && pin === null);
  candidates.sort((a, b) => a.lastUsedAt - b.lastUsedAt);
  return candidates.slice(0, unneeded).map(({ slot }) => slot);
}
