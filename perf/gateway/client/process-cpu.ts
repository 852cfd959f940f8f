import { readFileSync } from 'node:fs';

/** Microseconds of one tick of the clock by which Linux tells processor time to programs: 100 a second. */
const TICK_US = 10_000;

/** Processor time of a process since its start, and of all that it has started, in microseconds. */
export interface ProcessCpu {
  readonly ownUs: number;
  readonly childrenUs: number;
}

/** Reads it from `/proc`, exact to 10 ms. */
export function processCpu(pid: number): ProcessCpu {
  const childrenUs = descendantsOf(pid).reduce((sum, child) => sum + cpuUsOf(child), 0);
  return { ownUs: cpuUsOf(pid), childrenUs };
}

/** All processes that a process has started, and those that they have. */
export function descendantsOf(pid: number): number[] {
  const children = (readOrNothing(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter((id) => id !== '');
  return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  return readOrNothing(`/proc/${pid}/stat`) !== undefined;
}

function cpuUsOf(pid: number): number {
  const stat = readOrNothing(`/proc/${pid}/stat`) ?? '';
  // Its second field is the name, which may have blanks; user time is the 14th, system time the 15th.
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * TICK_US;
}

/** A process may end at any time. */
function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
