import {
  EMPTY,
  type Observable,
  asyncScheduler,
  defer,
  filter,
  map,
  merge,
  pairwise,
  startWith,
  take,
  throttleTime,
} from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import { RateMeter } from './rate-meter.ts';

/** A line that is no message, and how many of them there were by then. */
export interface GarbageLine {
  readonly text: string;
  readonly total: number;
  /** Whether the line came before the server was initialised: it is reported, but does not count as one too many. */
  readonly isGreeting?: boolean;
}

/** The default of `maxGarbageLinesPerSecond`. */
export const DEFAULT_MAX_GARBAGE_LINES_PER_SECOND = 100;

const WINDOW_MS = 1000;
const SAMPLE_LENGTH = 80;

/**
 * Notices about lines that are no messages. The first line is reported, then at most once a second how many more there
 * were, with a sample. When there are more than `maxPerSecond` within a second (0 or Infinity: never), one notice asks
 * to retire the connection. Completes when the lines do.
 */
export function garbageNotices(lines$: Observable<GarbageLine>, maxPerSecond: number): Observable<Notice> {
  return merge(samples(lines$), flood(lines$, maxPerSecond));
}

function samples(lines$: Observable<GarbageLine>): Observable<Notice> {
  return lines$.pipe(
    throttleTime(WINDOW_MS, asyncScheduler, { leading: true, trailing: true }),
    startWith({ text: '', total: 0 }),
    pairwise(),
    map(([before, { text, total }]) => ({ note: describe(total - before.total, text) })),
  );
}

function flood(lines$: Observable<GarbageLine>, maxPerSecond: number): Observable<Notice> {
  if (maxPerSecond === 0 || maxPerSecond === Infinity) return EMPTY;
  return defer(() => {
    const meter = new RateMeter(maxPerSecond);
    return lines$.pipe(
      filter(({ isGreeting }) => isGreeting !== true && meter.isTooMany()),
      take(1),
      map(({ text }) => ({
        note: `more than ${maxPerSecond} lines within a second that are no messages, such as ${excerptOf(text)}`,
        retire: true,
      })),
    );
  });
}

function describe(count: number, text: string): string {
  return count === 1
    ? `skipped a line that is no message: ${excerptOf(text)}`
    : `skipped ${count} lines that are no messages, such as ${excerptOf(text)}`;
}

/** The beginning of a line, quoted, so that it stays one line in a log. */
export function excerptOf(text: string): string {
  return JSON.stringify(text.slice(0, SAMPLE_LENGTH));
}
