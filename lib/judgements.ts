import type { QueueDiscipline } from './checkout/codel.ts';
import { report } from './report.ts';

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
