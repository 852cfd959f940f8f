import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Repeated } from '../support/rounds.ts';

/** Who does what. */
export interface Part {
  readonly contest: string;
  readonly entry: string;
}

/** What an isolate answers. */
export interface Answer {
  /** Of processor time, for what it was asked to do. */
  readonly ms: number;
  /** How many are in the queue, for one who came; absent where the peer does not tell. */
  readonly left?: number;
}

/** Somebody who is ready to take turns. */
export interface Contestant extends Repeated {
  readonly left: () => number | undefined;
  readonly close: () => Promise<void>;
}

/**
 * Opens a peer in an isolate of its own: what it shares with the others, `process.nextTick`, event emitters, promises and
 * the client loops, would otherwise be compiled for all of them. `onSpent` is told the milliseconds of each run.
 */
export async function openContestant(part: Part, times: number, onSpent: (ms: number) => void): Promise<Contestant> {
  const worker = new Worker(new URL('./contestant-worker.js', import.meta.url), { workerData: part });
  let left: number | undefined;
  // An error in there rejects.
  const answered = async (): Promise<void> => {
    const [answer] = (await once(worker, 'message')) as [Answer];
    left = answer.left;
    onSpent(answer.ms);
  };
  await answered();
  const run = (repetitions: number): Promise<void> => {
    worker.postMessage(repetitions);
    return answered();
  };
  const close = async (): Promise<void> => {
    await worker.terminate();
  };
  return { name: part.entry, times, run, left: () => left, close };
}
