import type { Repeated, Rounds, Spread } from '../support/rounds.ts';

/** Something that takes turns with others, from its opening to its closing. */
export interface Row extends Repeated {
  readonly close: () => Promise<unknown>;
}

/** A ratio of two rows that has to hold on any machine, however noisy. */
export interface Guard {
  readonly row: string;
  readonly over: string;
  readonly target: { readonly atLeast: number } | { readonly atMost: number };
  /** How far the median may miss the target: a share of it. */
  readonly margin: number;
}

/** Rows that take turns in one run, and what has to hold among them. */
export interface Family {
  readonly name: string;
  readonly open: () => Promise<readonly Row[]>;
  readonly guards: readonly Guard[];
}

/** A guard and what it saw. */
export interface Judgement {
  readonly guard: Guard;
  readonly seen: Spread;
  readonly holds: boolean;
}

/** Looks at the median of the rounds. */
export function judge(guard: Guard, rounds: Rounds): Judgement {
  const seen = rounds.ratio(guard.row, guard.over);
  const { target, margin } = guard;
  const holds =
    'atLeast' in target ? seen.median >= target.atLeast / (1 + margin) : seen.median <= target.atMost * (1 + margin);
  return { guard, seen, holds };
}

/** A judgement as a line. */
export function lineOf(family: string, { guard, seen, holds }: Judgement): string {
  const { row, over, target, margin } = guard;
  const bound = 'atLeast' in target ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
  const value = `${seen.median.toFixed(2)} [${seen.low.toFixed(2)}, ${seen.high.toFixed(2)}]`;
  const allowed = `${bound}, give or take ${(margin * 100).toFixed(0)} %`;
  return `${holds ? 'holds' : 'SHORT'}  ${family}: ${row} over ${over}: ${value} (${allowed})`;
}
