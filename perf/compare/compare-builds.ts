import { waiterBytes } from '../peers/footprint.ts';
import { ours, oursLeased } from '../peers/pools/ours.ts';
import { openApart } from '../support/apart.ts';
import { ENOUGH_LAUNCHES, Launches, reachOf } from '../support/launches.ts';
import { libraryAt } from '../support/library.ts';
import { type Contender, type Measured, takeTurns } from '../support/measure-rows.ts';
import { type Comparison, verdictOf } from './comparison.ts';
import { type OwnRow, ownRows } from './own-rows.ts';

/** Of each launch. */
const ROUNDS = 7;
const WAITERS = [
  { name: 'a waiter: rx-mcp-pool, subscribe', peer: ours },
  { name: 'a waiter: rx-mcp-pool, lease()', peer: oursLeased, needs: 'lease' },
];

/** Which builds, and what of them. */
export interface Comparing {
  /** The URLs of the two libraries. */
  readonly a: string;
  readonly b: string;
  readonly launches: number;
  /** Only rows whose names contain this; all of them when empty. */
  readonly only: string;
}

/** Lets both builds take turns, row by row. `tell` is given a line for each row. */
export async function compareBuilds(comparing: Comparing, tell: (line: string) => void): Promise<Comparison[]> {
  const lacking = await lackingOf(comparing);
  const isAsked = ({ name, needs }: Pick<OwnRow, 'name' | 'needs'>): boolean => {
    if (!name.includes(comparing.only)) return false;
    const missing = needs !== undefined && lacking.has(needs);
    if (missing) tell(`${name}: left out, ${lacking.get(needs) ?? ''} has no ${needs}()`);
    return !missing;
  };
  const comparisons: Comparison[] = [];
  const push = (comparison: Comparison): void => {
    comparisons.push(comparison);
    tell(`${comparison.name}: ${comparison.ratio.median.toFixed(2)}`);
  };
  for (const row of ownRows.filter(isAsked)) push(await rowCompared(row, comparing));
  for (const waiter of WAITERS.filter(isAsked)) push(await waiterCompared(waiter, comparing));
  return comparisons;
}

/** The methods that rows need and one of the two has not, with whose they are. */
async function lackingOf({ a, b }: Comparing): Promise<Map<string, string>> {
  const needed = [...ownRows, ...WAITERS].flatMap(({ needs }) => needs ?? []);
  const lacking = new Map<string, string>();
  for (const [whose, library] of [
    ['A', a],
    ['B', b],
  ] as const) {
    const { createPool } = await libraryAt(library);
    const pool = createPool({ connect: () => [0], minSize: 0 });
    for (const method of needed) if (!(method in pool)) lacking.set(method, whose);
    await pool.close();
  }
  return lacking;
}

async function rowCompared({ name, table, row }: OwnRow, { a, b, launches }: Comparing): Promise<Comparison> {
  const contender = (as: string, library: string): Contender => ({
    name: as,
    open: () => openApart(table, row, { port: 0, httpPort: 0, library }),
  });
  const both = [contender('A', a), contender('B', b)];
  const runs: Measured[] = [];
  for (let i = 0; i < launches; i++) runs.push(await takeTurns(i % 2 === 0 ? both : both.toReversed(), ROUNDS));
  const measured = new Launches(runs);
  const ratio = measured.ratio('B', 'A');
  const verdict = verdictOf(ratio, launches >= ENOUGH_LAUNCHES);
  return { name, unit: 'ns', a: measured.ns('A'), b: measured.ns('B'), ratio, verdict };
}

async function waiterCompared(
  { name, peer }: (typeof WAITERS)[number],
  { a, b, launches }: Comparing,
): Promise<Comparison> {
  const bytesA: number[] = [];
  const bytesB: number[] = [];
  for (let i = 0; i < launches; i++) {
    bytesA.push(await waiterBytes(peer, a));
    bytesB.push(await waiterBytes(peer, b));
  }
  const ratio = reachOf(bytesB.map((bytes, i) => bytes / (bytesA[i] ?? NaN)));
  const verdict = verdictOf(ratio, launches >= ENOUGH_LAUNCHES);
  return { name, unit: 'B', a: reachOf(bytesA), b: reachOf(bytesB), ratio, verdict };
}
