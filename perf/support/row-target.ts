import type { Launches } from './launches.ts';
import type { Ratio } from './result.ts';

/** How many times as long one row may take as another. */
export interface RowTarget {
  readonly name: string;
  readonly row: string;
  readonly over: string;
  readonly atMost: number;
  /** So many nanoseconds more are allowed as well, where that is more: of a row that is short, a share is next to nothing. */
  readonly orNs?: number;
}

/** What it came to. */
export function ratioOf({ name, row, over, atMost, orNs }: RowTarget, launches: Launches): Ratio {
  const spread = launches.ratio(row, over);
  const allowed = orNs === undefined ? atMost : Math.max(atMost, 1 + orNs / launches.ns(over).median);
  return { name, value: spread.median, spread, target: { atMost: allowed } };
}
