/** A row of a table, by the names of its columns. */
type Row = Readonly<Record<string, string | number>>;

/** The rows as CSV (RFC 4180), line by line; the first line has the names of the columns, which are those of the first row. */
export function* csvOf(rows: readonly Row[]): Iterable<string> {
  const columns = Object.keys(rows[0] ?? {});
  yield `${columns.map(cellOf).join(',')}\r\n`;
  for (const row of rows) yield `${columns.map((column) => cellOf(row[column] ?? '')).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula is one no longer: errors are what servers say. */
function cellOf(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
