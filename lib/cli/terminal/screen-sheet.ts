import { type Part, fit } from './fit.ts';
import type { Canvas } from './canvas.ts';

/** A canvas that has an end below as well. */
export interface ScreenCanvas extends Canvas {
  readonly rows: number;
}

/** A terminal with fewer has no room for what is merely good to know. */
export const NARROW_COLUMNS = 60;

/** Lines with labels, for a whole screen. */
export interface Sheet {
  /** Of a line. */
  readonly width: number;
  /** Of what stands behind a label. */
  readonly room: number;
  /** As many lines as the screen has room for. */
  readonly lines: number;
  row(label: string, parts: readonly Part[]): string;
  /** The label stands at the first line only. */
  rows(label: string, lines: readonly string[]): string[];
}

/** The sheet that fits onto a screen. */
export function sheetFor({ columns, rows, paint }: ScreenCanvas): Sheet {
  // Some terminals begin a new line as soon as the last column is written.
  const width = Math.max(24, columns - 1);
  const [indent, labelWidth] = columns < NARROW_COLUMNS ? ['', 13] : ['  ', 16];
  const room = width - labelWidth;
  const labelled = (label: string, text: string): string =>
    `${indent}${paint.dim(label.padEnd(labelWidth - indent.length))}${text}`;
  return {
    width,
    room,
    // Below the last one there is an empty line, where the cursor stands.
    lines: Math.max(6, rows - 1),
    row: (label, parts) => labelled(label, fit(parts, room)),
    rows: (label, lines) => lines.map((line, i) => labelled(i === 0 ? label : '', line)),
  };
}

/** So many lines, the last of them at the bottom; what has no room above it is left out. */
export function filled(above: readonly string[], last: string, lines: number): string[] {
  const shown = above.slice(0, lines - 1);
  const blank = Array.from({ length: lines - 1 - shown.length }, () => '');
  return [...shown, ...blank, last];
}
