import { parentPort, workerData } from 'node:worker_threads';
import { answerOf, repeatOf } from './answer.ts';
import type { RowAddress } from './isolate.ts';

// A program of its own, for one row: it says that the row is open, and then answers each number with what so many
// repetitions took. Everybody else is idle meanwhile, so the time of the process is its own.
const repeat = await repeatOf(workerData as RowAddress);

parentPort?.on('message', (times: number) => {
  void answerOf(repeat, times).then((answer) => parentPort?.postMessage(answer));
});
parentPort?.postMessage({ ms: 0, wallMs: 0 });
