import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Whether the system tells who is in which group. */
export const hasProc: boolean = existsSync('/proc/self/stat');

/** The processes in the groups of these leaders, each with its command; zombies are none. */
export function livingInGroups(leaders: readonly number[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat !== undefined)
    .filter(({ group, state }) => leaders.includes(group) && state !== 'Z')
    .map(({ pid, command }) => `${pid} ${command}`);
}

interface Stat {
  readonly pid: string;
  readonly command: string;
  readonly state: string;
  readonly group: number;
}

function statOf(pid: string): Stat | undefined {
  try {
    // The command stands in parentheses, and may have some itself.
    const [, command = '', state = '', group = ''] =
      /^\d+ \((.*)\) (\S) \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { pid, command, state, group: Number(group) };
  } catch {
    // It has gone meanwhile.
    return undefined;
  }
}
