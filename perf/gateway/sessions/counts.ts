import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { GatewayQuestion } from '../servers/gateway-program.ts';

/** Memory of a process that is in the machine's, in MB. */
export function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** How many sockets a process has open. */
export function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((file) => isSocket(`${folder}/${file}`)).length;
}

/** Asks the program of a gateway; what it answers is a number. */
export async function askProgram(child: ChildProcess, question: GatewayQuestion): Promise<number> {
  const told = once(child, 'message');
  child.send(question);
  return Number((await told)[0]);
}

function isSocket(link: string): boolean {
  try {
    return readlinkSync(link).startsWith('socket:');
  } catch {
    // Closed just now.
    return false;
  }
}
