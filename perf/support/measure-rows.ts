import { openApart } from './apart.ts';
import { THIS_LIBRARY } from './library.ts';
import type { OpenedRow } from './opened-row.ts';
import { type Rounds, roundRobinRounds, spreadOf } from './rounds.ts';
import type { RowTable, Surroundings } from './row.ts';
import { startWorkServer } from './start-work-server.ts';

/** How it went. */
export interface Measured {
  readonly rounds: Rounds;
  /** How many are still in the queue of each, for one who came; `undefined` where that is not told. */
  readonly left: ReadonlyMap<string, number | undefined>;
  /** How many times a second each ran by the clock on the wall, waiting included, by the median round. */
  readonly rates: ReadonlyMap<string, number>;
}

/** Somebody who takes turns with others. */
export interface Contender {
  readonly name: string;
  /** How often before the first round. */
  readonly leadIn?: number;
  readonly open: () => Promise<OpenedRow>;
}

/** Gives each of these rows a process, and lets them take turns; all rows of the table when none are named. */
export async function measureRows(
  table: RowTable,
  rounds: number,
  names: Iterable<string> = table.rows.keys(),
): Promise<Measured> {
  const server = table.server && (await startWorkServer(table.server));
  try {
    const { port = 0, httpPort = 0 } = server ?? {};
    const contenders = [...names].map((name) => contenderOf(table, name, { port, httpPort, library: THIS_LIBRARY }));
    return await takeTurns(contenders, rounds, table.leadInRounds);
  } finally {
    await server?.stop();
  }
}

function contenderOf(table: RowTable, name: string, surroundings: Surroundings): Contender {
  return { name, leadIn: table.rows.get(name)?.leadIn ?? 0, open: () => openApart(table, name, surroundings) };
}

/** Processes get ready side by side, which takes half of the time. */
const PROCESSES_AT_ONCE = 4;

/** Opens them all, lets them take turns, and closes them in any case. */
export async function takeTurns(
  contenders: readonly Contender[],
  rounds: number,
  leadInRounds?: number,
): Promise<Measured> {
  const opened = new Map<string, OpenedRow>();
  try {
    const openAndLeadIn = async ({ name, leadIn = 0, open }: Contender): Promise<void> => {
      // A row that takes part more than once goes by the names of its contenders.
      const row = { ...(await open()), name };
      opened.set(name, row);
      if (leadIn > 0) await row.run(leadIn);
    };
    for (let at = 0; at < contenders.length; at += PROCESSES_AT_ONCE)
      await Promise.all(contenders.slice(at, at + PROCESSES_AT_ONCE).map(openAndLeadIn));
    const rows = contenders.flatMap(({ name }) => opened.get(name) ?? []);
    const measured = await roundRobinRounds(rows, rounds, leadInRounds);
    return {
      rounds: measured,
      left: new Map(rows.map(({ name, left }) => [name, left()])),
      rates: new Map(rows.map(({ name, rates }) => [name, spreadOf(rates.slice(-rounds)).median])),
    };
  } finally {
    await Promise.all([...opened.values()].map((row) => row.close()));
  }
}
