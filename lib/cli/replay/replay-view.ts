import type { PoolState } from '../../state/pool-state.ts';
import { type CellKind, countKinds, kindOf, markOf } from '../../dashboard/shared/cells.ts';
import { healthFacts } from '../../metrics/health.ts';
import { healthLines } from '../terminal/health-lines.ts';
import { cellLines, countLines } from '../terminal/cell-lines.ts';
import { oneLine } from '../terminal/printable.ts';
import { type Part, cut, fit, wrap } from '../terminal/fit.ts';
import { formatCount } from '../../dashboard/shared/format.ts';
import { formatRunTime } from './format-run-time.ts';
import { momentParts, wordsOfMoment } from '../terminal/event-line.ts';
import { type Cursor, instantOf } from './replay-cursor.ts';
import type { Timeline } from './replay-timeline.ts';
import { type ScreenCanvas, type Sheet, filled, NARROW_COLUMNS, sheetFor } from '../terminal/screen-sheet.ts';
import { waitingParts } from '../terminal/waiting-line.ts';
import type { Paint } from '../terminal/canvas.ts';

/** What is walked through, and where somebody stands. */
interface ReplayScene {
  readonly timeline: Timeline;
  readonly cursor: Cursor;
  /** The instant of the wall, in milliseconds. */
  readonly now: number;
}

/** Lines that the neighbouring events have at least, and that the words of the present one have at most. */
const LEAST_EVENTS = 3;
const MOST_WORD_LINES = 3;
const KEYS = '←→ one  ↑↓ 100  n/p rare  space play  home/end  q quit';

/** One frame of the walk through a log: lines, none wider than the canvas, no more than fit onto it. */
export function replayFrame(scene: ReplayScene, canvas: ScreenCanvas): string[] {
  const { timeline, cursor, now } = scene;
  const { paint } = canvas;
  const sheet = sheetFor(canvas);
  const state = timeline.stateAt(cursor.position);
  const at = instantOf(cursor, timeline, now);
  const slots = kindsBySlot(state);
  const isHigh = sheet.lines >= 18;
  const above = [
    paint.bold(cut(headline(state), sheet.width)),
    fit(whereParts(scene, at, canvas), sheet.width),
    ruler(scene, sheet.width, paint),
    ...sheet.rows('health', healthLines(healthFacts(state, null), at, sheet.room, paint)),
    ...(isHigh ? [''] : []),
    ...sheet.rows('event', eventLines(scene, sheet.room, paint)),
    ...sheet.rows('connections', countLines(countKinds(slots), sheet.room, paint)),
  ];
  const waiting = [
    sheet.row('waiting', waitingParts(state.waiting, state.waiters, at, paint)),
    ...(isHigh ? [''] : []),
  ];
  // The keys, and what keeps them apart.
  const left = sheet.lines - above.length - waiting.length - 2;
  const cells = sheet.rows('', cellLines(slots, sheet.room, Math.max(1, left - LEAST_EVENTS), paint));
  const events = neighbours(scene, left - cells.length, sheet, paint);
  return filled([...above, ...cells, ...waiting, ...events], paint.dim(cut(KEYS, sheet.width)), sheet.lines);
}

function headline({ name, strategy, phase, floor, maxSize }: PoolState): string {
  return oneLine(`${name}: pool of ${formatCount(floor)} to ${formatCount(maxSize)}, ${strategy}, ${phase}`);
}

function whereParts({ timeline, cursor }: ReplayScene, at: number, { columns, paint }: ScreenCanvas): Part[] {
  const { beganAt, endedAt } = timeline;
  const version = formatCount(timeline.momentAt(cursor.position)?.version ?? 0);
  const newest = formatCount(timeline.momentAt(timeline.last)?.version ?? 0);
  const playing = { text: cursor.playing === undefined ? 'paused' : '▶ plays' };
  const clock = formatRunTime(at - beganAt);
  if (columns < NARROW_COLUMNS) return [{ text: version }, { text: clock }, playing];
  return [
    { text: `version ${version} of ${newest}` },
    { text: `${clock} of ${formatRunTime(endedAt - beganAt)}` },
    { ...playing, paint: cursor.playing === undefined ? paint.dim : paint.green },
  ];
}

/** Where in the log this is, by the number of events. */
function ruler({ timeline, cursor }: ReplayScene, width: number, paint: Paint): string {
  const before = Math.round(((width - 1) * cursor.position) / Math.max(1, timeline.last));
  return `${paint.cyan(`${'━'.repeat(before)}●`)}${paint.dim('─'.repeat(width - 1 - before))}`;
}

function eventLines({ timeline, cursor }: ReplayScene, room: number, paint: Paint): string[] {
  const moment = timeline.momentAt(cursor.position);
  if (moment === undefined) return [];
  const lines = wrap(wordsOfMoment(moment), room).split('\n').slice(0, MOST_WORD_LINES);
  return lines.map((line) => paint.bold(cut(line, room)));
}

function kindsBySlot({ connections }: PoolState): (CellKind | undefined)[] {
  const slots: (CellKind | undefined)[] = Array.from({ length: connections.slots }, () => undefined);
  for (const record of connections) slots[record.slot] = kindOf(record.status, markOf(record));
  return slots;
}

/** So many moments around this one, which is marked. */
function neighbours({ timeline, cursor }: ReplayScene, lines: number, { width }: Sheet, paint: Paint): string[] {
  if (lines <= 0) return [];
  const from = Math.max(0, Math.min(cursor.position - Math.floor(lines / 2), timeline.last - lines + 1));
  const digits = formatCount(timeline.momentAt(timeline.last)?.version ?? 0).length;
  return timeline.moments.slice(from, from + lines).map((moment, i) => {
    const isHere = from + i === cursor.position;
    const [type, words] = momentParts(moment, paint);
    const version = formatCount(moment.version).padStart(digits);
    const clock = formatRunTime(moment.at - timeline.beganAt);
    // A narrow terminal has no room for the clock of each.
    const lead = `${isHere ? '▶' : ' '} ${version}  ${width < NARROW_COLUMNS ? '' : `${clock}  `}`;
    const rest = fit(
      [cutPart(type, width - lead.length), cutPart(words, width - lead.length - 15)],
      width - lead.length,
    );
    return isHere ? `${paint.bold(lead)}${rest}` : `${paint.dim(lead)}${rest}`;
  });
}

function cutPart(part: Part | undefined, width: number): Part {
  return part === undefined ? { text: '' } : { ...part, text: cut(part.text, Math.max(0, width)) };
}
