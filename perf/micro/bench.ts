import type { RowTarget } from '../support/row-target.ts';
import type { Row as AnyRow, RowTable } from '../support/row.ts';

export type { Repeat } from '../support/row.ts';

/** One line of a bench. */
export interface Row extends AnyRow {
  /** The row that it is set against. */
  readonly over?: string;
}

/** What one thing costs in isolation, row by row. Its name is the path of that thing, below `lib`. */
export interface Bench extends RowTable {
  /** One line for the help. */
  readonly summary: string;
  /** What the nanoseconds are for: `a request`. */
  readonly unit: string;
  readonly rows: ReadonlyMap<string, Row>;
  readonly targets: readonly RowTarget[];
}
