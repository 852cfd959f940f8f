import { type CellCounts, type CellKind, cellKinds } from '../../dashboard/shared/cells.ts';
import { type Part, cut, flow } from './fit.ts';
import { formatCount } from '../../dashboard/shared/format.ts';
import type { Paint } from './canvas.ts';

/** A character for each kind, so that nothing is told by colour alone. */
const looks: Readonly<Record<CellKind, readonly [character: string, paint: keyof Paint]>> = {
  active: ['■', 'green'],
  idle: ['□', 'cyan'],
  connecting: ['+', 'yellow'],
  closing: ['×', 'dim'],
  unhealthy: ['!', 'red'],
  withheld: ['~', 'yellow'],
  pinned: ['▣', 'cyan'],
};
const EMPTY = '·';

/** How many connections there are of each kind, which explains the cells as well; in lines of this width. */
export function countLines(counts: CellCounts, width: number, paint: Paint): string[] {
  const parts = cellKinds.flatMap((kind): Part[] => {
    const [character, colour] = looks[kind];
    if (counts[kind] === 0 && kind !== 'active' && kind !== 'idle') return [];
    return [{ text: `${character} ${formatCount(counts[kind])} ${kind}`, paint: paint[colour] }];
  });
  return flow(parts, width);
}

/** Every connection as a cell, by slot, in so many lines at most; what has no room is told as a number. */
export function cellLines(
  slots: readonly (CellKind | undefined)[],
  width: number,
  lines: number,
  paint: Paint,
): string[] {
  if (slots.length <= width * lines) return rowsOf(slots, width, paint);
  const left = (from: number): string => `${formatCount(slots.slice(from).filter(isTaken).length)} more`;
  const room = width * lines - left(0).length - 2;
  const rest = left(room);
  // Where there is hardly any room the number stands alone.
  if (room <= 0) return [cut(rest, width)];
  const rows = rowsOf(slots.slice(0, room), width, paint);
  return rows.map((row, i) => (i === rows.length - 1 ? `${row}  ${paint.dim(rest)}` : row));
}

function rowsOf(slots: readonly (CellKind | undefined)[], width: number, paint: Paint): string[] {
  const rows: string[] = [];
  for (let at = 0; at < slots.length; at += width) rows.push(rowOf(slots.slice(at, at + width), paint));
  return rows;
}

/** Neighbours of the same kind are painted together: a thousand cells of their own would be a lot of text. */
function rowOf(slots: readonly (CellKind | undefined)[], paint: Paint): string {
  let row = '';
  for (let at = 0; at < slots.length;) {
    const kind = slots[at];
    let end = at + 1;
    while (end < slots.length && slots[end] === kind) end++;
    const [character, colour]: (typeof looks)[CellKind] = kind === undefined ? [EMPTY, 'dim'] : looks[kind];
    row += paint[colour](character.repeat(end - at));
    at = end;
  }
  return row;
}

function isTaken(kind: CellKind | undefined): boolean {
  return kind !== undefined;
}
