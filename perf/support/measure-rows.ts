import { type Isolate, openIsolate } from './isolate.ts';
import { type Rounds, roundRobinRounds } from './rounds.ts';
import type { RowTable } from './row.ts';

/** How it went. */
export interface Measured {
  readonly rounds: Rounds;
  /** How many are still in the queue of each, for one who came; `undefined` where that is not told. */
  readonly left: ReadonlyMap<string, number | undefined>;
}

/** Gives each of these rows an isolate, and lets them take turns; all rows of the table when none are named. */
export async function measureRows(
  table: RowTable,
  rounds: number,
  names: Iterable<string> = table.rows.keys(),
): Promise<Measured> {
  const isolates: Isolate[] = [];
  try {
    for (const name of names) isolates.push(await openIsolate(table, name));
    const measured = await roundRobinRounds(isolates, rounds);
    return { rounds: measured, left: new Map(isolates.map(({ name, left }) => [name, left()])) };
  } finally {
    await Promise.all(isolates.map((isolate) => isolate.close()));
  }
}
