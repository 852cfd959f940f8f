import { duration } from '../../base/durations.ts';
import { type PoolState, type Waiter, demandOf, freeLeases } from '../../state/pool-state.ts';

/**
 * Decides whether a waiter, for which a connection is free, is shed instead (it fails with `POOL_OVERLOADED`); then the
 * next waiter is asked about. Pure: it only looks at the state. If it throws, no waiter is shed and RxJS reports the
 * error.
 */
export type QueueDiscipline = (state: PoolState, waiter: Waiter, now: number) => boolean;

/** Options of `codel`. Durations are in milliseconds; if either is off (0 or `Infinity`), no waiter is shed. */
export interface CodelOptions {
  /** How long a waiter may wait under lasting overload. Default: 50. */
  readonly targetMs?: number;
  /** After how long without an empty queue the overload counts as lasting. Default: 2000. */
  readonly intervalMs?: number;
}

/**
 * Under lasting overload, sheds waiters that have waited for longer than `targetMs`: a queue that never gets empty
 * makes every checkout wait longer and serves none sooner. A short burst is not affected. Of each key the waiter that
 * has waited longest is shed first, and the key keeps its turn. No waiter is shed while there are connections for all.
 *
 * It is asked about the first waiter of the queue, which has the highest priority: a waiter of high priority that has
 * waited too long is shed before those of lower priority. To spare a priority, wrap it: `(state, waiter, now) =>
 * waiter.priority <= 0 && shed(state, waiter, now)`.
 *
 * This is the controlled delay of Ben Maurer, "Fail at Scale" (ACM Queue 13(8), 2015), after Kathleen Nichols and Van
 * Jacobson, "Controlling Queue Delay" (ACM Queue 10(5), 2012), decided when a waiter leaves the queue and not when it
 * enters.
 */
export function codel({ targetMs = 50, intervalMs = 2000 }: CodelOptions = {}): QueueDiscipline {
  const target = duration('targetMs', targetMs);
  const interval = duration('intervalMs', intervalMs);
  if (target === 0 || interval === 0) return () => false;
  return (state, { since }, now) =>
    now - since > target && now - state.waitingSince > interval && demandOf(state) > freeLeases(state, state.waiting);
}
