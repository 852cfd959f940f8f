import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import { report } from '../base/report.ts';

/** Wraps a user's predicate for errors so that it never throws: if it does, the answer is no. @internal */
export function verdictOf(judge: (error: unknown) => boolean): (error: unknown) => boolean {
  return (error) => {
    try {
      return judge(error);
    } catch {
      return false;
    }
  };
}

/**
 * Wraps a user's queue discipline, which runs in the middle of a checkin: if it throws, no waiter is shed, and the
 * error is reported through RxJS like one that a subscriber throws.
 *
 * @internal
 */
export function disciplineOf(discipline: QueueDiscipline): QueueDiscipline {
  return (state, waiter, now) => {
    try {
      return discipline(state, waiter, now);
    } catch (error) {
      report(error);
      return false;
    }
  };
}

/** The limit of a pause that a server asks for, in milliseconds. */
const LONGEST_REST_MS = 60_000;

/**
 * Wraps a user's `restMs`: the pause that an error asks for, in milliseconds, within bounds. 0 if the callback throws
 * or returns no positive number.
 *
 * @internal
 */
export function restOf(judge: ((error: unknown) => number | undefined) | undefined): (error: unknown) => number {
  return (error) => {
    try {
      const ms = judge?.(error);
      return typeof ms === 'number' && ms > 0 ? Math.min(ms, LONGEST_REST_MS) : 0;
    } catch {
      return 0;
    }
  };
}
