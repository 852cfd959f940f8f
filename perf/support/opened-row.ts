import type { Answer } from './answer.ts';
import type { Repeated } from './rounds.ts';
import type { RowTable, Surroundings } from './row.ts';

/** Where a process finds its row, and what the row is given. */
export interface RowAddress {
  readonly url: string;
  readonly exportedAs: string;
  readonly row: string;
  readonly surroundings: Surroundings;
}

/** A row that is ready to take turns. */
export interface OpenedRow extends Repeated {
  /** How many are in a queue after the last turn, for one who came; `undefined` where that is not told. */
  readonly left: () => number | undefined;
  /** How many times a second it ran, turn by turn, by the clock on the wall. */
  readonly rates: readonly number[];
  readonly close: () => Promise<unknown>;
}

/** Where the row of this name is found. Throws when there is none. */
export function addressOf(
  { url, exportedAs = 'bench', rows }: RowTable,
  row: string,
  surroundings: Surroundings,
): RowAddress {
  if (!rows.has(row)) throw new Error(`no row is called "${row}"`);
  return { url, exportedAs, row, surroundings };
}

/** A row that takes its turns by asking somebody else. */
export function openedRow(
  { rows }: RowTable,
  name: string,
  ask: (times: number) => Promise<Answer>,
  close: () => Promise<unknown>,
): OpenedRow {
  const rates: number[] = [];
  let left: number | undefined;
  const run = async (times: number): Promise<number> => {
    const answer = await ask(times);
    left = answer.left;
    rates.push((1000 * times) / answer.wallMs);
    return answer.ms;
  };
  return { name, times: rows.get(name)?.times ?? NaN, run, left: () => left, rates, close };
}
