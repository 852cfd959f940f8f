import { parentPort, workerData } from 'node:worker_threads';
import { cpuMs } from './cpu-ms.ts';
import type { Answer, RowAddress } from './isolate.ts';
import type { RowTable, Told } from './row.ts';

// A program of its own, for one row: it says that the row is open, and then answers each number with what so many
// repetitions took. Everybody else is idle meanwhile, so the time of the process is its own.
const { url, exportedAs, row } = workerData as RowAddress;
const { [exportedAs]: table } = (await import(url)) as Readonly<Record<string, RowTable | undefined>>;
const repeat = await table?.rows.get(row)?.open();
if (repeat === undefined) throw new Error(`${url} has no row "${row}" in its ${exportedAs}`);

async function answer(times: number): Promise<void> {
  const since = cpuMs();
  const told = await repeat?.(times);
  const ms = cpuMs() - since;
  tell({ ms, ...(isTold(told) && told) });
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null;
}

function tell(message: Answer): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (times: number) => void answer(times));
tell({ ms: 0 });
