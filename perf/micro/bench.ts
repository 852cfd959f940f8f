/**
 * Does something so many times over, in a promise or at once. What has to do other things as well returns how many
 * milliseconds its own took.
 */
export type Repeat = (times: number) => unknown;

/** One line of a bench. */
export interface Row {
  /** How often in one round; a round should take some 10 ms. */
  readonly times: number;
  /** The row that it is set against. */
  readonly over?: string;
  /** Gets everything ready, in an isolate of its own. */
  open(): Promise<Repeat> | Repeat;
}

/** What one row may cost at most, in times another. */
export interface RowTarget {
  readonly name: string;
  readonly row: string;
  readonly over: string;
  readonly atMost: number;
}

/** What one thing costs in isolation, row by row. */
export interface Bench {
  /** The path of what it looks at, below `lib`. */
  readonly name: string;
  /** Of the module that exports it as `bench`. */
  readonly url: string;
  /** One line for the help. */
  readonly summary: string;
  /** What the nanoseconds are for: `a request`. */
  readonly unit: string;
  readonly rows: ReadonlyMap<string, Row>;
  readonly targets: readonly RowTarget[];
}
