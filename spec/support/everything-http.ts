import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { everything } from './everything.ts';
import { freePort } from './free-port.ts';

/** The reference server of others over Streamable HTTP, in a process of its own. */
export interface EverythingHttp {
  readonly url: string;
  /** Ends the process and starts it again at the same address: it then knows nothing of its sessions. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on a free port; resolves when it listens. */
export async function startEverythingHttp(): Promise<EverythingHttp> {
  const port = await freePort();
  let child = await start(port);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const restart = async (): Promise<void> => {
    await stop();
    child = await start(port);
  };
  return { url: `http://127.0.0.1:${port}/mcp`, restart, stop };
}

async function start(port: number): Promise<ChildProcess> {
  const [program = ''] = everything.args;
  const child = spawn(everything.command, [program, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    if (line.includes('listening')) break;
  }
  if (!said.at(-1)?.includes('listening')) throw new Error(`it does not listen: ${said.join(' ')}`);
  // Nobody reads on, and a full pipe would stop it.
  child.stderr.resume();
  return child;
}
