import type { Launches } from '../support/launches.ts';
import type { Spread } from '../support/rounds.ts';
import { aligned } from '../support/table.ts';
import type { Contest } from './contest.ts';
import { timeouts } from './contests.ts';
import { likes } from './targets.ts';
import type { Findings } from './verdict.ts';

/** One number of the tables. */
export interface Result {
  readonly contest: string;
  readonly row: string;
  readonly unit: Contest['unit'];
  readonly spread: Spread;
}

/** What each takes, by the median launch. */
export function costTable(findings: Findings): string {
  const columns = [...findings.contests];
  const left = findings.contests.get(timeouts);
  const hasBytes = findings.waiterBytes.size > 0;
  const headings = columns.map(([{ name, unit }]) => `${name}, ${unit}`);
  const rows = namesOf(columns).map((name) => [
    name,
    ...columns.map(([contest, launches]) => costOf(contest, launches, name)),
    ...(left === undefined ? [] : [left.has(name) ? percent(left.left(name)) : '-']),
    ...(hasBytes ? [findings.waiterBytes.get(name)?.toFixed(0) ?? '-'] : []),
  ]);
  const more = [...(left === undefined ? [] : ['left in queue %']), ...(hasBytes ? ['waiter B'] : [])];
  return aligned(['', ...headings, ...more], rows);
}

/** How many times as long ours takes as each of its like: the median launch and, in brackets, the least and the most. */
export function likeTable({ contests }: Findings): string {
  const columns = [...contests];
  const rows = likes.flatMap(({ own, others }) =>
    others.map((other) => [
      `${own.name} over ${other.name}`,
      ...columns.map(([, launches]) => ratioCell(launches, own.name, other.name)),
    ]),
  );
  return aligned(['times', ...columns.map(([{ name }]) => name)], rows);
}

/** Every number by itself, for programs. */
export function resultsOf({ contests }: Findings): Result[] {
  return [...contests].flatMap(([{ name: contest, unit, scale }, launches]) =>
    launches.names.map((row) => ({ contest, row, unit, spread: scaled(launches.ns(row), scale) })),
  );
}

function namesOf(columns: readonly (readonly [Contest, Launches])[]): readonly string[] {
  return [...new Set(columns.flatMap(([{ rows }]) => [...rows.keys()]))];
}

function costOf({ scale, unit }: Contest, launches: Launches, name: string): string {
  return launches.has(name) ? (launches.ns(name).median * scale).toFixed(unit === 'ns' ? 0 : 1) : '-';
}

function ratioCell(launches: Launches, own: string, other: string): string {
  if (!launches.has(own) || !launches.has(other)) return '-';
  const { median, low, high } = launches.ratio(own, other);
  return `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : (share * 100).toFixed(0);
}

function scaled({ median, low, high }: Spread, scale: number): Spread {
  return { median: median * scale, low: low * scale, high: high * scale };
}
