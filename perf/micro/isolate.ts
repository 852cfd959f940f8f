import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Repeated } from '../support/rounds.ts';
import type { Bench, Row } from './bench.ts';

/** Where an isolate finds its row. */
export interface RowAddress {
  readonly url: string;
  readonly row: string;
}

/** A row that was opened. */
export interface OpenRow extends Repeated {
  close(): Promise<unknown>;
}

/**
 * Opens a row in an isolate of its own: it has a compiled copy of everything, of RxJS and of the pool as well, and no
 * other row can make that any slower. `onSpent` is told how many milliseconds each run took in there.
 */
export async function openRow(
  bench: Bench,
  name: string,
  { times }: Row,
  onSpent: (ms: number) => void,
): Promise<OpenRow> {
  const workerData: RowAddress = { url: bench.url, row: name };
  const worker = new Worker(new URL('./isolate-worker.js', import.meta.url), { workerData });
  // An error in the worker rejects.
  const answered = async (): Promise<void> => {
    const [ms] = (await once(worker, 'message')) as [number];
    onSpent(ms);
  };
  await answered();
  const run = (repetitions: number): Promise<void> => {
    worker.postMessage(repetitions);
    return answered();
  };
  return { name, times, run, close: () => worker.terminate() };
}
