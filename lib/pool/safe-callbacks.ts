import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import { report } from '../base/report.ts';

/** A user's judgement of an error, which must not make things worse: if it throws, the answer is no. @internal */
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
 * A user's queue discipline, which is asked in the middle of a checkin: if it throws, nobody is shed, and RxJS reports the
 * error as it does whatever a subscriber throws.
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

/** No server is left alone for longer than so many milliseconds at its word. */
const LONGEST_REST_MS = 60_000;

/** What an error says of a rest, in milliseconds and within bounds; a judgement that throws or makes no sense is 0. @internal */
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
