import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface WorkServer {
  readonly port: number;
  /** Where it speaks Streamable HTTP, of the legacy era. */
  readonly httpPort: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the work server, or another program that tells its ports as it does, on this core where one is named; it ends by
 * itself when this process does.
 */
export async function startWorkServer(
  program: URL = new URL('./work-server.js', import.meta.url),
  core?: string,
): Promise<WorkServer> {
  const onCore = core === undefined ? {} : { execPath: 'taskset', execArgv: ['-c', core, process.execPath] };
  const child = fork(fileURLToPath(program), { execArgv: [], ...onCore });
  const told = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  const message: unknown = told?.[0];
  if (typeof message !== 'object' || message === null || !('port' in message && 'httpPort' in message)) {
    throw new Error('the work server did not start');
  }
  return { port: Number(message.port), httpPort: Number(message.httpPort), stop: () => stop(child) };
}

/** Ends a child process; resolves when it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
