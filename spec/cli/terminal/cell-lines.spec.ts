import { createColors } from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cellLines, countLines } from '../../../lib/cli/terminal/cell-lines.ts';
import type { CellKind } from '../../../lib/dashboard/shared/cells.ts';
import { bare } from '../samples.ts';

const slots: (CellKind | undefined)[] = [
  'active',
  'active',
  'idle',
  undefined,
  'connecting',
  'closing',
  'unhealthy',
  'withheld',
  'pinned',
];
const thousand = Array.from({ length: 1000 }, (): CellKind => 'active');

describe('cells', () => {
  it('have a character for each kind, and one for a free slot', () => {
    expect(cellLines(slots, 20, 3, bare)).toEqual(['■■□·+×!~▣']);
    expect(cellLines(slots, 5, 3, bare)).toEqual(['■■□·+', '×!~▣']);
  });

  it('have the same text with colours', () => {
    const coloured = cellLines(slots, 5, 3, createColors(true));
    expect(coloured.map(stripVTControlCharacters)).toEqual(cellLines(slots, 5, 3, bare));
    expect(coloured).not.toEqual(cellLines(slots, 5, 3, bare));
  });

  it.each([
    [60, 5],
    [23, 2],
    [12, 1],
    [5, 1],
  ])('are told as a number where %d by %d are too few', (width, lines) => {
    const rows = cellLines(thousand, width, lines, bare);
    expect(rows.length).toBeLessThanOrEqual(lines);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(width);
    const shown = rows.join('').split('■').length - 1;
    if (width > 5) expect(rows.at(-1)).toMatch(new RegExp(`${(1000 - shown).toLocaleString('en-US')} more$`));
  });

  it('count connections and no free slots among those that have no room', () => {
    expect(cellLines([...slots, undefined, 'idle', undefined], 10, 1, bare)).toEqual(['■■  7 more']);
  });

  it('are none where nothing is', () => {
    expect(cellLines([], 10, 1, bare)).toEqual([]);
  });
});

describe('counts', () => {
  const counts = { active: 1200, idle: 0, connecting: 2, closing: 0, unhealthy: 1, withheld: 0, pinned: 0 };

  it('explain the cells', () => {
    expect(countLines(counts, 60, bare)).toEqual(['■ 1,200 active  □ 0 idle  + 2 connecting  ! 1 unhealthy']);
  });

  it('take more lines where they must', () => {
    expect(countLines(counts, 26, bare)).toEqual(['■ 1,200 active  □ 0 idle', '+ 2 connecting', '! 1 unhealthy']);
  });
});
