import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { stop } from '../../support/start-work-server.ts';
import { descendantsOf, isAlive } from '../client/process-cpu.ts';
import type { Running } from './contender.ts';

const LOOK_MS = 50;
/** How long a command may take to listen, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Starts a command of somebody else at a free port, by the arguments that it takes for that. Rejects when it does not listen. */
export async function startCommand(argsAt: (port: number) => readonly string[]): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, argsAt(port), { stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${argsAt(port).join(' ')} did not start`);
  const end = performance.now() + PATIENCE_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(`${argsAt(port).join(' ')} does not listen`);
    await sleep(LOOK_MS);
  }
  return {
    pid,
    port,
    stop: async () => {
      const started = descendantsOf(pid);
      await stop(child);
      // Some leave their servers behind.
      for (const each of started) if (isAlive(each)) process.kill(each);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (isListening: boolean) => () => {
      socket.destroy();
      resolve(isListening);
    };
    socket.once('connect', tell(true)).once('error', tell(false));
  });
}
