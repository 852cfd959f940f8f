import { readFile, readdir } from 'node:fs/promises';

/** What a program takes of the machine, with all that it has started. */
export interface Footprint {
  readonly processes: number;
  /** Its share of the memory, in bytes: what it shares with others counts in parts. */
  readonly memoryBytes: number;
}

/** Where the system tells of its processes. */
const PROC = '/proc';
/** Processes that are looked at, at most. */
const MOST = 256;

/** The process of this number and its descendants. Rejects where the system does not tell of them. */
export async function footprintOf(pid: number): Promise<Footprint> {
  const pids = descendants(pid, await parents()).slice(0, MOST);
  const sizes = await Promise.all(pids.map(memoryOf));
  return { processes: pids.length, memoryBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** The parent of each process. */
async function parents(): Promise<ReadonlyMap<number, number>> {
  const pids = (await readdir(PROC)).map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map(async (pid): Promise<[number, number]> => [pid, await parentOf(pid)]));
  return new Map(found);
}

/** A process may end while it is looked at: then nobody is its parent. */
async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`${PROC}/${pid}/stat`, 'utf8').catch(() => '');
  // Its name, in parentheses, may hold anything.
  return Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2] ?? 0);
}

function descendants(pid: number, parentsByPid: ReadonlyMap<number, number>): number[] {
  const found = [pid];
  // Grows on the way.
  for (const one of found) {
    for (const [child, parent] of parentsByPid) if (parent === one && !found.includes(child)) found.push(child);
  }
  return found;
}

async function memoryOf(pid: number): Promise<number> {
  const shared = await readFile(`${PROC}/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const status = shared === '' ? await readFile(`${PROC}/${pid}/status`, 'utf8').catch(() => '') : shared;
  return 1024 * Number(/^(?:Pss|VmRSS):\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}
