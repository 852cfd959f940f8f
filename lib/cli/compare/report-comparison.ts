import { LEAST_SECONDS, type MeanInterval, meanInterval } from '../mean-interval.ts';
import type { LoadReport, ReportedRun } from './load-report.ts';

/** Two runs beside each other. */
export interface RunComparison {
  /** What both are called, or one name after the other. */
  readonly run: string;
  readonly figures: readonly FigureComparison[];
  /** Failed requests of all, of each of the two. */
  readonly failed: readonly [string, string];
}

/** One figure of two runs, by their seconds. */
export interface FigureComparison {
  readonly name: 'requests per second' | 'latency p50' | 'latency p99';
  readonly one: MeanInterval;
  readonly other: MeanInterval;
  /** How much larger it is in the other, in percent; negative where it is smaller, `null` where it was 0. */
  readonly changePercent: number | null;
  /**
   * `within`: what the seconds vary explains it. `larger` and `smaller`: it does not. `unknown`: there are too few
   * seconds.
   */
  readonly verdict: 'within' | 'larger' | 'smaller' | 'unknown';
}

const LENGTHS: ReadonlySet<string> = new Set(['durationMs', 'requests', 'warmupMs']);

/** Compares the runs of two reports in their order; what one has more than the other is left out. */
export function comparisons(one: LoadReport, other: LoadReport): readonly RunComparison[] {
  return one.runs.flatMap((run, i) => {
    const its = other.runs[i];
    return its === undefined ? [] : [comparisonOf(run, its)];
  });
}

/** What the two loads were not given alike, but for how long they took: their figures may differ because of it. */
export function differences({ setting: one }: LoadReport, { setting: other }: LoadReport): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !LENGTHS.has(name) && one[name] !== other[name]);
}

function comparisonOf(one: ReportedRun, other: ReportedRun): RunComparison {
  const figure = (name: FigureComparison['name'], key: 'succeeded' | 'p50' | 'p99'): FigureComparison =>
    figureOf(name, valuesOf(one, key), valuesOf(other, key));
  return {
    run: one.run === other.run ? one.run : `${one.run}, ${other.run}`,
    figures: [figure('requests per second', 'succeeded'), figure('latency p50', 'p50'), figure('latency p99', 'p99')],
    failed: [failedOf(one), failedOf(other)],
  };
}

/** A second in which nothing was answered has no latency. */
function valuesOf({ seconds }: ReportedRun, key: 'succeeded' | 'p50' | 'p99'): number[] {
  return seconds.filter(({ succeeded }) => key === 'succeeded' || succeeded > 0).map((second) => second[key]);
}

function figureOf(
  name: FigureComparison['name'],
  values: readonly number[],
  others: readonly number[],
): FigureComparison {
  const [one, other] = [meanInterval(values), meanInterval(others)];
  const change = other.mean - one.mean;
  const changePercent = one.mean === 0 ? null : (100 * change) / one.mean;
  // The margin of a difference of two means that vary on their own.
  const margin = Math.hypot(one.margin, other.margin);
  const isUnknown = Math.min(one.count, other.count) < LEAST_SECONDS;
  const verdict = isUnknown ? 'unknown' : Math.abs(change) <= margin ? 'within' : change > 0 ? 'larger' : 'smaller';
  return { name, one, other, changePercent, verdict };
}

function failedOf({ failed, requests }: ReportedRun): string {
  return `${failed} of ${requests}`;
}
