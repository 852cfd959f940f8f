import type { RowTable } from '../support/row.ts';

/** Rows that are measured in one run, and what is promised of them. */
export interface Contest extends RowTable {
  /** One line for the help. */
  readonly summary: string;
  /** What the numbers of its table are: processor time of the client, or what half of the calls take at most. */
  readonly unit: 'CPU µs' | 'p50 µs';
  readonly targets: readonly RatioTarget[];
}

/** How many times as much one row may take as another. */
export interface RatioTarget {
  readonly row: string;
  readonly over: string;
  readonly atMost: number;
}
