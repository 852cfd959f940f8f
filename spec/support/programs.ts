import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { stdio } from '../../lib/mcp/lines/stdio.ts';
import type { StdioOptions } from '../../lib/mcp/lines/stdio.ts';
import type { ConnectionTransport, McpTransport } from '../../lib/mcp/transport/transport.ts';
import { recordsOf } from './records.ts';
import type { Records } from './records.ts';

/** A started transport over a child process, and what it told. */
export interface StartedProgram {
  readonly transport: ConnectionTransport & { readonly pid: number | undefined; readonly stderr: string };
  readonly records: Records;
}

const running: ConnectionTransport[] = [];

/** The program of a script that Node runs as it is. */
export function nodeProgram(script: string): StdioOptions {
  return { command: process.execPath, args: ['-e', script] };
}

/** The reference server that exercises the whole protocol. */
export function everythingServer(): McpTransport {
  const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
  return stdio({ command: process.execPath, args: [program, 'stdio'] });
}

/** Starts a program and listens to it. */
export async function started(options: StdioOptions): Promise<StartedProgram> {
  const transport = stdio(options).create();
  const records = recordsOf(transport);
  running.push(transport);
  await transport.start();
  return { transport: transport as StartedProgram['transport'], records };
}

/** Ends what the test left running. */
export async function stopAll(): Promise<void> {
  const left = running.splice(0);
  for (const transport of left) transport.kill();
  await Promise.all(left.map((transport) => transport.close()));
}

/** The process number that a program told in a line of its own. */
export function pidIn(text: string | undefined): number {
  return Number(/\d+/.exec(text ?? '')?.[0]);
}

/** Whether there is a process of that number; a zombie is none. */
export function isAlive(pid: number | undefined): boolean {
  return isListed(pid) && !isZombie(pid);
}

/** Whether the system still knows a process of that number: of a child, until its exit has been heard. */
export function isListed(pid: number | undefined): pid is number {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when a process that nobody here can wait for has gone. */
export async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5);
}

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(' Z ');
  } catch {
    return false;
  }
}
