import { readFileSync } from 'node:fs';
import { ENOUGH_LAUNCHES } from '../support/launches.ts';
import type { Spread } from '../support/rounds.ts';
import { type Comparison, type Verdict } from './comparison.ts';

/** Between two runs the same code moves by so much, for a process compiles it anew. */
const NOISE = 0.15;

/** A file of results, as far as the comparison looks at it. */
export interface Stored {
  readonly name: string;
  readonly quick?: boolean;
  /** Absent where a workload is not launched several times over. */
  readonly launches?: number;
  readonly results: readonly Entry[];
}

/** One number of it, in one of the forms that workloads have. */
type Entry = Partial<{
  readonly name: string;
  readonly contest: string;
  readonly row: string;
  readonly unit: string;
  readonly spread: Spread;
  readonly ns: number;
  readonly low: number;
  readonly high: number;
  readonly requestsPerSecond: number;
  readonly marginPercent: number;
}>;

/** The results of a file. Throws when it has none. */
export function storedIn(file: string): Stored {
  const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const isStored = typeof stored === 'object' && stored !== null && 'name' in stored && 'results' in stored;
  if (!isStored || !Array.isArray(stored.results)) throw new Error(`${file} holds no results`);
  return stored as Stored;
}

/** Sets two results of the same workload side by side. Throws when they are of two workloads. */
export function compareResults(a: Stored, b: Stored): Comparison[] {
  if (a.name !== b.name) throw new Error(`results of two workloads, ${a.name} and ${b.name}`);
  const before = numbersOf(a);
  return [...numbersOf(b)].flatMap(([name, now]) => {
    const was = before.get(name);
    if (was === undefined) return [];
    const ratio = over(now.spread, was.spread);
    const verdict = isEnough(a) && isEnough(b) ? verdictOf(ratio) : 'no verdict';
    return [{ name, unit: now.unit, a: was.spread, b: now.spread, ratio, verdict }];
  });
}

/** Two runs differ when all that one saw lies apart from all that the other saw, and by more than noise. */
function verdictOf({ median, low, high }: Spread): Verdict {
  if (high < 1 && median < 1 - NOISE) return 'B is less';
  return low > 1 && median > 1 + NOISE ? 'B is more' : 'no difference';
}

function isEnough({ quick, launches, results }: Stored): boolean {
  if (quick === true) return false;
  // The named workloads take turns in several passes instead.
  return launches === undefined ? results.every((entry) => 'requestsPerSecond' in entry) : launches >= ENOUGH_LAUNCHES;
}

function over(now: Spread, was: Spread): Spread {
  return { median: now.median / was.median, low: now.low / was.high, high: now.high / was.low };
}

function numbersOf({ results }: Stored): Map<string, { unit: string; spread: Spread }> {
  return new Map(results.flatMap((entry) => numberOf(entry) ?? []));
}

function numberOf(entry: Entry): [[string, { unit: string; spread: Spread }]] | undefined {
  const { contest, row, unit = 'ns', spread, name = row ?? '', ns, low = NaN, high = NaN } = entry;
  const { requestsPerSecond, marginPercent = 0 } = entry;
  const label = contest === undefined ? name : `${contest}: ${name}`;
  if (spread !== undefined) return [[label, { unit, spread }]];
  if (ns !== undefined) return [[label, { unit, spread: { median: ns, low, high } }]];
  if (requestsPerSecond === undefined) return undefined;
  const margin = (requestsPerSecond * marginPercent) / 100;
  const reach = { median: requestsPerSecond, low: requestsPerSecond - margin, high: requestsPerSecond + margin };
  return [[label, { unit: 'requests/s', spread: reach }]];
}
