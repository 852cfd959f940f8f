import { parentPort, workerData } from 'node:worker_threads';
import type { Bench } from './bench.ts';
import type { RowAddress } from './isolate.ts';

// A program of its own, for one row: it says that the row is open, and then answers each number when that is done.
const { url, row } = workerData as RowAddress;
const { bench } = (await import(url)) as { readonly bench: Bench };
const repeat = await bench.rows.get(row)?.open();

parentPort?.on('message', (times: number) => {
  void Promise.resolve(repeat?.(times)).then(() => parentPort?.postMessage('done'));
});
parentPort?.postMessage('open');
