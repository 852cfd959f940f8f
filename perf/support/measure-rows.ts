import { openApart } from './apart.ts';
import { type Isolate, openIsolate } from './isolate.ts';
import { type Rounds, roundRobinRounds, spreadOf } from './rounds.ts';
import type { RowTable } from './row.ts';
import { startWorkServer } from './start-work-server.ts';

/** How it went. */
export interface Measured {
  readonly rounds: Rounds;
  /** How many are still in the queue of each, for one who came; `undefined` where that is not told. */
  readonly left: ReadonlyMap<string, number | undefined>;
  /** How many times a second each ran by the clock on the wall, waiting included, by the median round. */
  readonly rates: ReadonlyMap<string, number>;
}

/** Gives each of these rows an isolate, and lets them take turns; all rows of the table when none are named. */
export async function measureRows(
  table: RowTable,
  rounds: number,
  names: Iterable<string> = table.rows.keys(),
): Promise<Measured> {
  if (table.server === undefined) {
    const open = (name: string): Promise<Isolate> => openIsolate(table, name);
    return inTurns(table, rounds, [...names], open, 1);
  }
  const server = await startWorkServer(table.server);
  const { port, httpPort } = server;
  try {
    const open = (name: string): Promise<Isolate> => openApart(table, name, { port, httpPort });
    return await inTurns(table, rounds, [...names], open, PROCESSES_AT_ONCE);
  } finally {
    await server.stop();
  }
}

/** Processes get ready side by side, which takes half of the time; isolates of one process would be in each other's way. */
const PROCESSES_AT_ONCE = 4;

async function inTurns(
  { rows }: RowTable,
  rounds: number,
  names: readonly string[],
  open: (name: string) => Promise<Isolate>,
  atOnce: number,
): Promise<Measured> {
  const opened = new Map<string, Isolate>();
  try {
    const openAndLeadIn = async (name: string): Promise<void> => {
      const isolate = await open(name);
      opened.set(name, isolate);
      const leadIn = rows.get(name)?.leadIn ?? 0;
      if (leadIn > 0) await isolate.run(leadIn);
    };
    for (let at = 0; at < names.length; at += atOnce)
      await Promise.all(names.slice(at, at + atOnce).map(openAndLeadIn));
    const isolates = names.flatMap((name) => opened.get(name) ?? []);
    const measured = await roundRobinRounds(isolates, rounds);
    return {
      rounds: measured,
      left: new Map(isolates.map(({ name, left }) => [name, left()])),
      rates: new Map(isolates.map(({ name, rates }) => [name, spreadOf(rates.slice(-rounds)).median])),
    };
  } finally {
    await Promise.all([...opened.values()].map((isolate) => isolate.close()));
  }
}
