import { duration } from '../../base/durations.ts';
import { type PoolState, type Waiter, demandOf } from '../../state/pool-state.ts';

/**
 * Says whether the waiter that a connection is free for is shed instead, with `POOL_OVERLOADED`, and the next one asked
 * about. Pure: it only looks at the state and keeps nothing. If it throws, nobody is shed and RxJS reports the error.
 */
export type QueueDiscipline = (state: PoolState, waiter: Waiter, now: number) => boolean;

/** Durations in milliseconds; either one off (0 or `Infinity`): nobody is shed. */
export interface CodelOptions {
  /** How long a waiter may wait under lasting overload, 50. */
  readonly targetMs?: number;
  /** How long the queue must not have been empty for the overload to be a lasting one, 2000. */
  readonly intervalMs?: number;
}

/**
 * Sheds, under lasting overload, whoever has waited for longer than `targetMs`: a queue that never gets empty adds its
 * length to every wait and serves nobody sooner. A burst is waited out as without it. Of each key who waited longest is
 * shed first, and the key keeps its turn. Nobody is shed for whom there is a connection as well: none is left idle.
 *
 * It is asked about the first of the queue, and that is one of the highest priority: who came in front of others and has
 * waited too long all the same is shed before them. To spare a priority, wrap it:
 * `(state, waiter, now) => waiter.priority <= 0 && shed(state, waiter, now)`.
 *
 * The controlled delay of Ben Maurer, "Fail at Scale" (ACM Queue 13(8), 2015), after Kathleen Nichols and Van Jacobson,
 * "Controlling Queue Delay" (ACM Queue 10(5), 2012), decided as a waiter leaves the queue and not as it enters it.
 */
export function codel({ targetMs = 50, intervalMs = 2000 }: CodelOptions = {}): QueueDiscipline {
  const target = duration('targetMs', targetMs);
  const interval = duration('intervalMs', intervalMs);
  if (target === 0 || interval === 0) return () => false;
  return (state, { since }, now) =>
    now - since > target && now - state.waitingSince > interval && demandOf(state) > freeLeases(state);
}

/** How many could be served at once; not counted further than there are waiters. */
function freeLeases({ connections, maxLeasesPerConnection, waiting }: PoolState): number {
  const available = connections.countAvailable();
  if (maxLeasesPerConnection === 1) return available;
  let free = 0;
  for (let n = 0; n < available && free < waiting; n++) {
    free += maxLeasesPerConnection - (connections.nthAvailable(n)?.leases ?? 0);
  }
  return free;
}
