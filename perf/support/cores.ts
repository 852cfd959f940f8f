import { execFileSync } from 'node:child_process';

/** A core for the client and another for the server, as `taskset` writes them. */
export interface Cores {
  readonly client: string;
  readonly server: string;
}

/** Two cores that this process may use, as far from each other as may be; `undefined` without `taskset` or a second core. */
export function coresApart(): Cores | undefined {
  const cores = listedIn(affinity() ?? '');
  const [client] = cores;
  const server = cores.at(-1);
  return client === undefined || server === undefined || client === server ? undefined : { client, server };
}

/** Keeps this process to one core while something runs. */
export async function keptTo<T>(core: string, run: () => Promise<T>): Promise<T> {
  const before = affinity();
  if (before === undefined) throw new Error(`there is no taskset to keep the client to core ${core}`);
  pin(core);
  try {
    return await run();
  } finally {
    pin(before);
  }
}

/** The cores of a list such as `0-2,5`. */
export function listedIn(list: string): string[] {
  return list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (part.trim() === '' || from === undefined || to === undefined) return [];
    return Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
  });
}

/** The cores that this process may use; `undefined` where nobody tells. */
function affinity(): string | undefined {
  try {
    return taskset('-cp', String(process.pid)).split(': ').at(-1)?.trim();
  } catch {
    return undefined;
  }
}

/** With all of its threads. */
function pin(cores: string): void {
  taskset('-acp', cores, String(process.pid));
}

function taskset(...args: readonly string[]): string {
  return execFileSync('taskset', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
