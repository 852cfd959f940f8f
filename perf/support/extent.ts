import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENOUGH_LAUNCHES } from './launches.ts';

/** How much is measured, and where the results go. */
export interface Extent {
  /** A look rather than a measurement, from which no verdict is drawn. */
  readonly quick: boolean;
  /** How often each row is launched, where rows are launched at all. */
  readonly launches: number;
  /** The folder that keeps the results. */
  readonly folder: string;
}

/** The flags that say so, for `parseArgs`. */
export const extentOptions = {
  quick: { type: 'boolean' },
  launches: { type: 'string' },
  out: { type: 'string' },
  commit: { type: 'boolean' },
} as const;

/** What the flags are for, for the help. */
export const EXTENT_HELP = `  --quick          a look rather than a measurement: two launches, no verdicts
  --launches n     how often each row is launched, 5 when left out; fewer give no verdict
  --out folder     where the results go, build/perf-results when left out
  --commit         they go to perf/results instead, to be committed
  --help           this text`;

/** What was given for these flags. */
export interface ExtentFlags {
  readonly quick?: boolean | undefined;
  readonly launches?: string | undefined;
  readonly out?: string | undefined;
  readonly commit?: boolean | undefined;
}

const QUICK_LAUNCHES = 2;

/** What the flags ask for; a string is what is wrong with them. */
export function extentOf({ quick = false, launches, out, commit = false }: ExtentFlags): Extent | string {
  const count = launches === undefined ? (quick ? QUICK_LAUNCHES : ENOUGH_LAUNCHES) : Number(launches);
  if (!Number.isInteger(count) || count < 1) return `--launches takes a number from 1 on, not "${launches}"`;
  if (commit && out !== undefined) return '--commit and --out name two places for the results';
  if (commit && (quick || count < ENOUGH_LAUNCHES)) {
    return `--commit takes a whole measurement: no --quick, and ${ENOUGH_LAUNCHES} launches or more`;
  }
  return {
    quick,
    launches: count,
    folder: commit ? beside('perf/results') : out === undefined ? beside('build/perf-results') : resolve(out),
  };
}

/** A folder of the repository; this runs in `build/perf/support`. */
function beside(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
