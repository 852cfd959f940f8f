import type { Timeline } from './replay-timeline.ts';

/** Where in a log somebody is; instants of the log and of the wall are in milliseconds. */
export interface Cursor {
  readonly position: number;
  /** Set while it plays: which instant of the log it was at which instant of the wall. */
  readonly playing?: { readonly at: number; readonly since: number };
}

/** Moments that a page has. */
const PAGE = 100;

/** Where a key leads to; the same cursor where it leads nowhere. To move ends the playing, but for the space bar. */
export function pressed(cursor: Cursor, key: string, timeline: Timeline, now: number): Cursor {
  if (key === 'space') return toggled(cursor, timeline, now);
  const position = target(cursor.position, key, timeline);
  if (position === undefined) return cursor;
  return { position: Math.min(timeline.last, Math.max(0, position)) };
}

/** Where the playing has come to by now; it ends with the log. */
export function played(cursor: Cursor, timeline: Timeline, now: number): Cursor {
  if (cursor.playing === undefined) return cursor;
  const position = timeline.positionAt(instantOf(cursor, timeline, now));
  return position >= timeline.last ? { position: timeline.last } : { ...cursor, position };
}

/** The instant of the log that is shown: while it plays, time goes on between two events. */
export function instantOf({ position, playing }: Cursor, timeline: Timeline, now: number): number {
  const at = timeline.momentAt(position)?.at ?? 0;
  return playing === undefined ? at : playing.at + Math.max(0, now - playing.since);
}

function toggled(cursor: Cursor, timeline: Timeline, now: number): Cursor {
  if (cursor.playing !== undefined) return { position: cursor.position };
  // At the end there is nothing to play but the whole from its beginning.
  const position = cursor.position >= timeline.last ? 0 : cursor.position;
  return { position, playing: { at: timeline.momentAt(position)?.at ?? 0, since: now } };
}

function target(position: number, key: string, timeline: Timeline): number | undefined {
  switch (key) {
    case 'left':
      return position - 1;
    case 'right':
      return position + 1;
    case 'up':
    case 'pageup':
      return position - PAGE;
    case 'down':
    case 'pagedown':
      return position + PAGE;
    case 'home':
      return 0;
    case 'end':
      return timeline.last;
    case 'n':
      return timeline.rareAfter(position);
    case 'p':
      return timeline.rareBefore(position);
    default:
      return undefined;
  }
}
