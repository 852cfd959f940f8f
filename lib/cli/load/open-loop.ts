import { Observable, map, take, takeUntil } from 'rxjs';
import type { Pool } from '../../pool/pool.ts';
import { type Schedule, arrivals } from './arrivals.ts';
import type { LoopPlan } from './closed-loop.ts';
import { type Outcome, type Requesting, type Sent, sending } from './sending.ts';

/** A timer may be late by so many milliseconds. */
const TIMER_LATE_MS = 2;

/** What is sent, and when. */
interface OpenLoopPlan extends Omit<LoopPlan, 'clients'> {
  readonly schedule: Schedule;
}

/**
 * An open loop: requests begin when the schedule says, whatever became of those before. One that is sent late, because this
 * program was busy, counts from when it should have begun, so that nothing is omitted (Gil Tene, "How NOT to Measure
 * Latency", 2015). Emits the outcome of each request; after `stop$` nothing more is sent, and it completes when all
 * answers are in. Never errors.
 */
export function openLoop(
  pool: Pool<Requesting>,
  { schedule, request, timeoutMs, requests = Infinity }: OpenLoopPlan,
  stop$: Observable<unknown>,
): Observable<Outcome> {
  const requests$ = due(schedule).pipe(
    map((at): Sent => ({ ...request, at, sentAt: performance.now() })),
    take(requests),
    takeUntil(stop$),
  );
  return requests$.pipe(sending(pool, { concurrency: Infinity, timeoutMs }));
}

/**
 * Emits each instant of the schedule when it has come, on the monotonic clock; all that are due at once, in order. A timer
 * is late by a millisecond or two, which would count as latency: the end of each pause is spent in turns of the event loop.
 */
function due(schedule: Schedule): Observable<number> {
  return new Observable((subscriber) => {
    const began = performance.now();
    const instants = arrivals(schedule);
    let next = began + instants.next().value;
    let timer: NodeJS.Timeout | undefined;
    let turn: NodeJS.Immediate | undefined;
    const wake = (): void => {
      const now = performance.now();
      while (next <= now && !subscriber.closed) {
        subscriber.next(next);
        next = began + instants.next().value;
      }
      if (subscriber.closed) return;
      const pauseMs = Math.floor(next - now - TIMER_LATE_MS);
      if (pauseMs >= 1) timer = setTimeout(wake, pauseMs);
      else turn = setImmediate(wake);
    };
    wake();
    return () => {
      clearTimeout(timer);
      clearImmediate(turn);
    };
  });
}
