import type { Part } from './fit.ts';
import { formatCount } from './format.ts';
import { isRare, wordsOf, type LogMoment } from './event-words.ts';
import { oneLine } from './printable.ts';
import type { Paint } from './canvas.ts';

/** What happened at a moment, in one line. */
export function wordsOfMoment(moment: LogMoment): string {
  if (moment.type !== 'snapshot') return wordsOf(moment);
  return moment.dropped === 0 ? 'the log begins here' : `${formatCount(moment.dropped)} events before it are missing`;
}

/** Its type and its words; what stands out among the checkouts is painted so, what went wrong most of all. */
export function momentParts(moment: LogMoment, paint: Paint): Part[] {
  const colour = isBad(moment) ? paint.red : isRare(moment) ? paint.cyan : paint.dim;
  return [{ text: oneLine(moment.type).padEnd(13), paint: colour }, { text: wordsOfMoment(moment) }];
}

/** Types of events that somebody had to suffer from. */
const bad: ReadonlySet<string> = new Set<LogMoment['type']>([
  'connectFailed',
  'down',
  'destroy',
  'invalidCheckin',
  'leak',
  'strategyFailed',
  'refuse',
  'endpointsFailed',
  'endpointSetAside',
]);

function isBad(moment: LogMoment): boolean {
  if (moment.type === 'health') return !moment.healthy;
  if (moment.type === 'leave') return moment.reason !== 'cancelled';
  if (moment.type === 'snapshot') return moment.dropped > 0;
  return bad.has(moment.type);
}
