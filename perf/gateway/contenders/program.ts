import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stop } from '../../support/start-work-server.ts';
import type { Running } from './contender.ts';

/** A program of ours that runs. */
export interface RunningProgram extends Running {
  readonly child: ChildProcess;
}

/** Starts a program that tells its port to whoever forked it. Rejects when it ends before. */
export async function startProgram(
  program: URL,
  args: readonly string[] = [],
  execArgv: readonly string[] = [],
): Promise<RunningProgram> {
  // Code that was compiled must not be thrown away while others have their turn.
  const child = fork(fileURLToPath(program), args, { execArgv: ['--no-flush-bytecode', ...execArgv] });
  const told = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  const { port } = Object(told?.[0]) as { readonly port?: number };
  if (port === undefined || child.pid === undefined) throw new Error(`${program.pathname} did not start`);
  return { child, pid: child.pid, port, stop: () => stop(child) };
}
