import { cut, wrap } from '../terminal/fit.ts';
import { oneLine } from '../terminal/printable.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Advice } from './advice.ts';
import { findingRows } from './finding-rows.ts';
import type { Inspection } from './inspection.ts';
import type { ListedTool } from '../server/listed-tools.ts';

const LABEL_WIDTH = 14;
const LEAST_COLUMNS = 40;
/** Beyond that, lines are hard to read. */
const WIDEST = 140;

/** All that was found, for people: who it is, a line for each finding, its tools, and the pool that suits it. */
export function inspectionText(
  target: string,
  seen: Inspection,
  advice: Advice & { readonly snippet: string },
  { columns, paint }: Canvas,
): string {
  // Some terminals begin a new line as soon as the last column is written.
  const width = Math.min(WIDEST, Math.max(LEAST_COLUMNS, columns) - 1);
  const { name, version, tools } = seen.introduction;
  const title = oneLine(`${name === '' ? 'a server without a name' : name} ${version}`);
  const lines = [paint.bold(cut(title, width)), paint.dim(cut(oneLine(target), width)), ''];
  for (const { label, text, tone } of findingRows(seen)) {
    const [first = '', ...others] = wrap(oneLine(text), width - LABEL_WIDTH).split('\n');
    const painted = (line: string): string => (tone === undefined ? line : paint[tone](line));
    lines.push(`${paint.dim(label.padEnd(LABEL_WIDTH))}${painted(first)}`);
    for (const other of others) lines.push(`${' '.repeat(LABEL_WIDTH)}${painted(other)}`);
  }
  if (tools.length > 0) lines.push('', ...toolLines(tools, width, paint));
  const { reason, snippet } = advice;
  const advised = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
  return `${[...lines, '', paint.bold(wrap(oneLine(advised), width)), '', snippet].join('\n')}\n`;
}

/** A line for each tool; a column in which nothing stands is left out. */
function toolLines(tools: readonly ListedTool[], width: number, paint: Canvas['paint']): string[] {
  const rows = tools.map(({ name, hints, description }) => [name, hints.join(' '), description].map(oneLine));
  const isThere = HEADINGS.map((_, column) => rows.some((row) => row[column] !== ''));
  const table = [HEADINGS, ...rows].map((row) => row.filter((_, column) => isThere[column]));
  const widths = (table[0] ?? []).map((_, column) =>
    Math.min(Math.floor(width / (column === 0 ? 2 : 3)), Math.max(...table.map((row) => row[column]?.length ?? 0))),
  );
  return table.map((row, i) => {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0),
    );
    const line = cut(cells.join('  ').trimEnd(), width);
    return i === 0 ? paint.dim(line) : line;
  });
}

const HEADINGS: readonly string[] = ['tool', 'hints', 'description'];
