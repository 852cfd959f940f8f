/** A piece of a line and how it is painted; its width is that of the text alone. */
export interface Part {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Joins the parts by two spaces, as many of them as the width holds; the first is cut where it must be. Empty ones do not count. */
export function fit(parts: readonly Part[], width: number): string {
  const [first, ...rest] = parts.filter(({ text }) => text !== '');
  if (first === undefined) return '';
  let left = width - first.text.length;
  const shown = [painted({ ...first, text: cut(first.text, width) })];
  for (const part of rest) {
    left -= part.text.length + 2;
    if (left < 0) break;
    shown.push(painted(part));
  }
  return shown.join('  ');
}

/** Joins the parts by two spaces, in as many lines as they need; each is cut where it is wider than a line. */
export function flow(parts: readonly Part[], width: number): string[] {
  const lines: Part[][] = [];
  let left = -1;
  for (const part of parts.filter(({ text }) => text !== '')) {
    left -= part.text.length + 2;
    const line = lines.at(-1);
    if (line !== undefined && left >= 0) line.push(part);
    else {
      lines.push([part]);
      left = width - part.text.length;
    }
  }
  return lines.map((line) => fit(line, width));
}

/** The text, shortened with an ellipsis where it is wider. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Breaks text into lines at its spaces; a word that is wider than a line stands alone. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

function painted({ text, paint }: Part): string {
  return paint === undefined ? text : paint(text);
}
