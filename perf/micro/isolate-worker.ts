import { parentPort, workerData } from 'node:worker_threads';
import type { Bench } from './bench.ts';
import type { RowAddress } from './isolate.ts';

// A program of its own, for one row: it says that the row is open, and then answers each number with the milliseconds
// that so many repetitions took.
const { url, row } = workerData as RowAddress;
const { bench } = (await import(url)) as { readonly bench: Bench };
const repeat = await bench.rows.get(row)?.open();

async function timed(times: number): Promise<number> {
  const since = performance.now();
  const spent = await repeat?.(times);
  return typeof spent === 'number' ? spent : performance.now() - since;
}

parentPort?.on('message', (times: number) => {
  void timed(times).then((ms) => parentPort?.postMessage(ms));
});
parentPort?.postMessage(0);
