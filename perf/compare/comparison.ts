import type { Spread } from '../support/rounds.ts';
import { aligned } from '../support/table.ts';

/** One row, measured for two. */
export interface Comparison {
  readonly name: string;
  /** What the numbers are. */
  readonly unit: string;
  readonly a: Spread;
  readonly b: Spread;
  /** How many times as much as A B is. */
  readonly ratio: Spread;
  readonly verdict: Verdict;
}

/** What is to be said of two; nothing where too little was measured. */
export type Verdict = 'B is less' | 'B is more' | 'no difference' | 'no verdict';

/** Within one launch, ratios of the same code move by 3 to 5 %. */
const NOISE = 0.05;

/**
 * What the launches of two that took turns say: they differ when every launch says so, and the median launch by more than
 * noise would.
 */
export function verdictOf({ median, low, high }: Spread, isEnough: boolean): Verdict {
  if (!isEnough || Number.isNaN(median)) return 'no verdict';
  if (high < 1 && median < 1 - NOISE) return 'B is less';
  return low > 1 && median > 1 + NOISE ? 'B is more' : 'no difference';
}

/** A line for each. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ name, unit, a, b, ratio, verdict }) => [
    name,
    unit,
    numberOf(a.median),
    numberOf(b.median),
    `${ratio.median.toFixed(2)} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`,
    verdict,
  ]);
  return aligned(['row', 'unit', 'A', 'B', 'B/A', 'says'], rows);
}

/** Four digits or so. */
function numberOf(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
