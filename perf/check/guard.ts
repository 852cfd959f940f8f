import type { Launches } from '../support/launches.ts';
import type { Spread } from '../support/rounds.ts';
import type { RowTable } from '../support/row.ts';

/** How many times as long one row may take as another, on any machine, however noisy. */
export interface Guard {
  readonly row: string;
  readonly over: string;
  /** What was promised; absent where nobody promised anything. */
  readonly target?: number;
  /** What it came to when this was written: a promise kept with room to spare would hide a slide. */
  readonly reached: number;
  /** What noise makes of the ratio: the share by which it may exceed the lower of the two. */
  readonly margin: number;
}

/** Rows of one table, and what has to hold among them. */
export interface Family {
  readonly name: string;
  readonly table: RowTable;
  readonly guards: readonly Guard[];
  /** How often the rows are launched; 5 times when left out. */
  readonly launches?: number;
}

/** A guard and what it saw. */
export interface Judgement {
  readonly guard: Guard;
  readonly seen: Spread;
  readonly holds: boolean;
}

/** Measures all rows that the guards of a family are about. */
export type Measure = (family: Family) => Promise<Launches>;

/**
 * What falls short, and does so again when it is measured a second time: a neighbour may have been noisy just then.
 * `tell` is given a line for whatever was seen.
 */
export async function shortTwice(
  family: Family,
  measure: Measure,
  tell: (line: string) => void,
): Promise<readonly Judgement[]> {
  const first = await judged(family, measure, tell);
  if (first.length === 0) return [];
  tell(`       ${family.name}: ${first.length} short, measured a second time`);
  return judged({ ...family, guards: first.map(({ guard }) => guard) }, measure, tell);
}

/** Looks at the median launch. */
export function judge(guard: Guard, launches: Launches): Judgement {
  const seen = launches.ratio(guard.row, guard.over);
  return { guard, seen, holds: seen.median <= allowed(guard) };
}

/** How many times as long it may take, noise included. */
export function allowed({ target = Infinity, reached, margin }: Guard): number {
  return Math.min(target, reached) * (1 + margin);
}

/** The rows that guards are about, each of them once. */
export function rowsOf(guards: readonly Guard[]): ReadonlySet<string> {
  return new Set(guards.flatMap(({ row, over }) => [row, over]));
}

/** A judgement as a line. */
export function lineOf(family: string, { guard, seen, holds }: Judgement): string {
  const { row, over, target, reached } = guard;
  const value = `${seen.median.toFixed(2)} [${seen.low.toFixed(2)}, ${seen.high.toFixed(2)}]`;
  const promised = target === undefined ? '' : `, target ${target}`;
  const bound = `at most ${allowed(guard).toFixed(2)}; used to be ${reached.toFixed(2)}${promised}`;
  return `${holds ? 'holds' : 'SHORT'}  ${family}: ${row} over ${over}: ${value} (${bound})`;
}

/** Those that fall short. */
async function judged(family: Family, measure: Measure, tell: (line: string) => void): Promise<readonly Judgement[]> {
  const launches = await measure(family);
  const judgements = family.guards.map((guard) => judge(guard, launches));
  for (const judgement of judgements) tell(lineOf(family.name, judgement));
  return judgements.filter(({ holds }) => !holds);
}
