import { type CaseResult, type Ratio, isMet } from './result.ts';

const HEADINGS = [
  'case',
  'clients',
  'connections',
  'requests/s',
  '±%',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'checkout µs',
  'utilization %',
  'failed checkouts',
];

/** The results as a Markdown table that is also aligned for the terminal. */
export function tableOf(results: readonly CaseResult[]): string {
  return aligned(HEADINGS, results.map(cellsOf));
}

/** A Markdown table whose first column is text and whose others are numbers. */
export function aligned(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}

/** One ratio as a line. */
export function ratioLine(ratio: Ratio): string {
  const { name, value, target } = ratio;
  const bound = 'atLeast' in target ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
  return `${name}: ${value.toFixed(2)} (target ${bound}, ${isMet(ratio) ? 'met' : 'missed'})`;
}

function cellsOf(result: CaseResult): string[] {
  const { p50, p95, p99 } = result.latencyMs;
  return [
    result.name,
    String(result.clients),
    result.connections === 0 ? '-' : String(result.connections),
    result.requestsPerSecond.toFixed(0),
    result.marginPercent.toFixed(1),
    p50.toFixed(3),
    p95.toFixed(3),
    p99.toFixed(3),
    result.meanCheckoutUs.toFixed(1),
    result.utilizationPercent?.toFixed(1) ?? '-',
    String(result.failedCheckouts),
  ];
}

function padded(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
