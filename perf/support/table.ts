import type { Origin } from './machine.ts';
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

/** One ratio as a line, with a verdict where enough was measured for one. */
export function ratioLine(ratio: Ratio, isEnough: boolean): string {
  const { name, value, spread, target } = ratio;
  const reach = spread === undefined ? '' : ` [${spread.low.toFixed(2)}, ${spread.high.toFixed(2)}]`;
  const bound = 'atLeast' in target ? `at least ${numberOf(target.atLeast)}` : `at most ${numberOf(target.atMost)}`;
  const verdict = isEnough ? (isMet(ratio) ? 'met' : 'missed') : 'no verdict';
  return `- ${name}: ${value.toFixed(2)}${reach} (target ${bound}, ${verdict})`;
}

/** Where the numbers of a table come from, in one line. */
export function aboutLine({ cpu, cores, node, commit }: Origin, ...more: readonly string[]): string {
  return [cpu, `${cores} cores`, `Node ${node}`, `commit ${commit}`, ...more].join(', ');
}

/** Two digits behind the point, where there are so many. */
function numberOf(value: number): string {
  return String(Math.round(value * 100) / 100);
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
