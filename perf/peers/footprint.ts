import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.ts';

/** The bytes of the heap that one of 10 000 waiters takes, measured in a process of its own. */
export async function waiterBytes({ name }: Peer): Promise<number> {
  const program = fileURLToPath(new URL('./footprint-child.js', import.meta.url));
  const child = fork(program, [name], { execArgv: ['--expose-gc'] });
  const told = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  const message: unknown = told?.[0];
  if (typeof message !== 'object' || message === null || !('bytes' in message)) {
    throw new Error(`what a waiter of ${name} takes was not measured`);
  }
  return Number(message.bytes);
}
