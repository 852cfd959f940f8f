import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A tool server in a process of its own. */
export interface StartedServer {
  readonly port: number;
  readonly process: ChildProcess;
  /** Kills it, however it is; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts the compiled server program; the tools are `echo`, `sleep`, `cancelled` and `crash`. */
export async function startTcpServer(port = 0): Promise<StartedServer> {
  const child = fork(builtProgram('tcp-server'), [String(port)], { execArgv: [] });
  const told = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  const message: unknown = told?.[0];
  if (typeof message !== 'object' || message === null || !('port' in message))
    throw new Error('the server did not start');
  return { port: Number(message.port), process: child, stop: () => stop(child) };
}

/** A program of this folder as Node can run it: the sources are TypeScript, the build stands beside them. */
export function builtProgram(name: string): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../build/spec/support/' : './';
  return fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
