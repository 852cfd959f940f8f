import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Repeated } from './rounds.ts';
import type { RowTable, Told } from './row.ts';

/** Where an isolate finds its row. */
export interface RowAddress {
  readonly url: string;
  readonly exportedAs: string;
  readonly row: string;
}

/** What an isolate answers when it has done what it was asked to do. */
export interface Answer extends Told {
  readonly ms: number;
}

/** A row that is ready to take turns. */
export interface Isolate extends Repeated {
  /** How many are in a queue after the last turn, for one who came; `undefined` where that is not told. */
  readonly left: () => number | undefined;
  readonly close: () => Promise<unknown>;
}

/**
 * Opens a row in an isolate of its own: it has a compiled copy of everything, of RxJS, of Node's own modules and of the
 * loop as well, and no other row can make that any slower. Its runs resolve with the milliseconds that they took in there.
 */
export async function openIsolate({ url, exportedAs = 'bench', rows }: RowTable, name: string): Promise<Isolate> {
  const times = rows.get(name)?.times;
  if (times === undefined) throw new Error(`no row is called "${name}"`);
  const workerData: RowAddress = { url, exportedAs, row: name };
  const worker = new Worker(new URL('./isolate-worker.js', import.meta.url), { workerData });
  let left: number | undefined;
  // An error in the worker rejects.
  const answered = async (): Promise<number> => {
    const [answer] = (await once(worker, 'message')) as [Answer];
    left = answer.left;
    return answer.ms;
  };
  await answered();
  const run = (repetitions: number): Promise<number> => {
    worker.postMessage(repetitions);
    return answered();
  };
  return { name, times, run, left: () => left, close: () => worker.terminate() };
}
