import { parentPort, workerData } from 'node:worker_threads';
import { cpuMs } from '../support/cpu-ms.ts';
import type { Answer, Part } from './contestant.ts';
import { contestOf } from './contests.ts';

// A program of its own, for one peer: it says that the peer is open, and then answers each number with what so many
// repetitions took. Everybody else is idle meanwhile, so the time of the process is its own.
const { contest, entry: name } = workerData as Part;
const { entries, prepare, run } = contestOf(contest);
const entry = entries.find((each) => each.name === name);
if (entry === undefined) throw new Error(`nobody is called "${name}"`);
const peer = await entry.peer.open(entry);
await prepare?.(peer, entry);
let came = 0;

async function answer(times: number): Promise<void> {
  const since = cpuMs();
  await run(peer, times);
  const ms = cpuMs() - since;
  came += times;
  const waiting = peer.waiting();
  tell(waiting === undefined ? { ms } : { ms, left: waiting / came });
}

function tell(message: Answer): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (times: number) => void answer(times));
tell({ ms: 0 });
