import type { PoolEvent } from '../../events/pool-event.ts';
import { isBad, isRare, wordsOf } from '../../dashboard/shared/event-words.ts';
import { formatCount } from '../../dashboard/shared/format.ts';
import type { Part } from './fit.ts';
import { oneLine } from './printable.ts';
import type { Paint } from './canvas.ts';

/** A snapshot from which a log goes on, after so many events that it lacks. */
export interface Resumption {
  readonly type: 'snapshot';
  readonly version: number;
  readonly at: number;
  readonly dropped: number;
}

/** A version that a log tells of: by its event, or by a snapshot where it begins in the middle or has a gap. */
export type LogMoment = PoolEvent | Resumption;

/** What happened at a moment, in one line in which a terminal finds nothing to act upon. */
export function wordsOfMoment(moment: LogMoment): string {
  if (moment.type !== 'snapshot') return oneLine(wordsOf(moment));
  return moment.dropped === 0 ? 'the log begins here' : `${formatCount(moment.dropped)} events before it are missing`;
}

/** Its type and its words; what stands out among the checkouts is painted so, what went wrong most of all. */
export function momentParts(moment: LogMoment, paint: Paint): Part[] {
  const colour = isBadMoment(moment) ? paint.red : isRare(moment) ? paint.cyan : paint.dim;
  return [{ text: oneLine(moment.type).padEnd(13), paint: colour }, { text: wordsOfMoment(moment) }];
}

function isBadMoment(moment: LogMoment): boolean {
  return moment.type === 'snapshot' ? moment.dropped > 0 : isBad(moment);
}
