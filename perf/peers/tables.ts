import type { Measured } from '../support/measure-rows.ts';
import type { Rounds, Spread } from '../support/rounds.ts';
import { aligned } from '../support/table.ts';
import { ours } from './pools/ours.ts';
import type { Findings } from './verdict.ts';

/** A contest as a column: what it is called and in what it is told. */
interface Column {
  readonly heading: string;
  readonly standing: Measured;
  /** Of the unit of the heading, for a nanosecond. */
  readonly scale: number;
  readonly digits: number;
}

/** One number of the tables. */
export interface Result {
  readonly peer: string;
  readonly measured: string;
  readonly spread: Spread;
  /** How many times as much as ours takes. */
  readonly timesOurs: Spread;
}

/** What each takes, by the median round. */
export function costTable(findings: Findings): string {
  const columns = columnsOf(findings);
  const rows = namesOf(columns).map((name) => [
    name,
    ...columns.map((column) => costOf(column, name)),
    percent(findings.timeouts.left.get(name)),
    findings.waiterBytes.get(name)?.toFixed(0) ?? '-',
  ]);
  return aligned(['peer', ...columns.map(({ heading }) => heading), 'left in queue %', 'waiter B'], rows);
}

/** How many times as much as ours each takes: the median round and, in brackets, the quartiles. */
export function ratioTable(findings: Findings): string {
  const columns = columnsOf(findings);
  const rows = namesOf(columns).map((name) => [
    name,
    ...columns.map(({ standing }) => timesOurs(standing.rounds, name)),
  ]);
  return aligned(['times ours', ...columns.map(({ heading }) => heading.replace(/ \S+$/, ''))], rows);
}

/** Every number by itself, for programs. */
export function resultsOf(findings: Findings): Result[] {
  return columnsOf(findings).flatMap(({ heading, standing: { rounds }, scale }) =>
    rounds.names.map((peer) => ({
      peer,
      measured: heading,
      spread: scaled(rounds.ns(peer), scale),
      timesOurs: rounds.ratio(peer, ours.name),
    })),
  );
}

function columnsOf({ sequential, contended, immediate, limited, burst, timeouts }: Findings): Column[] {
  return [
    { heading: 'sequential ns', standing: sequential, scale: 1, digits: 0 },
    { heading: 'contended ns', standing: contended, scale: 1, digits: 0 },
    { heading: 'with setImmediate ns', standing: immediate, scale: 1, digits: 0 },
    { heading: 'with timeout ns', standing: limited, scale: 1, digits: 0 },
    // Of all 10 000.
    { heading: 'burst ms', standing: burst, scale: 10_000 / 1e6, digits: 1 },
    { heading: 'timeouts µs', standing: timeouts, scale: 1e-3, digits: 1 },
  ];
}

function namesOf(columns: readonly Column[]): readonly string[] {
  return [...new Set(columns.flatMap(({ standing }) => standing.rounds.names))];
}

function costOf({ standing: { rounds }, scale, digits }: Column, name: string): string {
  return rounds.names.includes(name) ? (rounds.ns(name).median * scale).toFixed(digits) : '-';
}

function timesOurs(rounds: Rounds, name: string): string {
  if (!rounds.names.includes(name)) return '-';
  const { median, low, high } = rounds.ratio(name, ours.name);
  return `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : (share * 100).toFixed(0);
}

function scaled({ median, low, high }: Spread, scale: number): Spread {
  return { median: median * scale, low: low * scale, high: high * scale };
}
