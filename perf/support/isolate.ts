import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Answer } from './answer.ts';
import type { Repeated } from './rounds.ts';
import type { Ports, RowTable } from './row.ts';

/** Where an isolate finds its row. */
export interface RowAddress {
  readonly url: string;
  readonly exportedAs: string;
  readonly row: string;
  readonly ports: Ports;
}

/** A row that is ready to take turns. */
export interface Isolate extends Repeated {
  /** How many are in a queue after the last turn, for one who came; `undefined` where that is not told. */
  readonly left: () => number | undefined;
  /** How many times a second it ran, turn by turn, by the clock on the wall. */
  readonly rates: readonly number[];
  readonly close: () => Promise<unknown>;
}

/**
 * Opens a row in an isolate of its own: it has a compiled copy of everything, of RxJS, of Node's own modules and of the
 * loop as well, and no other row can make that any slower. Its runs resolve with the milliseconds that they took in there.
 */
export async function openIsolate(table: RowTable, name: string): Promise<Isolate> {
  const workerData = addressOf(table, name, { port: 0, httpPort: 0 });
  const worker = new Worker(new URL('./isolate-worker.js', import.meta.url), { workerData });
  // An error in the worker rejects.
  const answered = async (): Promise<Answer> => ((await once(worker, 'message')) as [Answer])[0];
  await answered();
  const ask = (times: number): Promise<Answer> => {
    worker.postMessage(times);
    return answered();
  };
  return isolateOf(table, name, ask, () => worker.terminate());
}

/** Where the row of this name is found. Throws when there is none. */
export function addressOf({ url, exportedAs = 'bench', rows }: RowTable, row: string, ports: Ports): RowAddress {
  if (!rows.has(row)) throw new Error(`no row is called "${row}"`);
  return { url, exportedAs, row, ports };
}

/** A row that takes its turns by asking somebody else. */
export function isolateOf(
  { rows }: RowTable,
  name: string,
  ask: (times: number) => Promise<Answer>,
  close: () => Promise<unknown>,
): Isolate {
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
