import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const isInstalled = spawnSync('redis-server', ['--version']).error === undefined;

/** Whether there is one. Where it is required, as in CI, its absence is a failure and not a reason to skip. */
export const hasRedis: boolean = isInstalled || isRequired();

/** A Redis of the test's own, which keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  /** Ends it at once, as a crash does; what it knew is lost. */
  kill(): Promise<void>;
  /** Starts another one at the same port, with nothing in it, or as the replica of the server at another port. */
  start(replicaOf?: number): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Starts a Redis at a port that is free. */
export async function startRedis(replicaOf?: number): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    port,
    kill: async () => {
      if (child !== undefined) await ended(child);
    },
    start: async (leader) => {
      const replica = leader === undefined ? [] : ['--replicaof', '127.0.0.1', String(leader)];
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      // Without a disk a replica gets what there is at once.
      const fast = ['--repl-diskless-sync-delay', '0', '--loglevel', 'warning', '--dir', '/tmp'];
      child = spawn('redis-server', [...options, ...fast, ...replica], { stdio: 'ignore' });
      running.add(child);
      await until(() => isListening(port), 10_000);
    },
  };
  await server.start(replicaOf);
  return server;
}

/** Ends what the test left running. */
export async function stopRedis(): Promise<void> {
  await Promise.all([...running].map(ended));
}

async function ended(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function isRequired(): boolean {
  const isCi = (process.env['CI'] ?? '') !== '';
  if (!isCi && !isInstalled) {
    process.stderr.write(
      'no redis-server on the PATH: the specs that need one are skipped (apt-get install redis-server)\n',
    );
  }
  return isCi;
}
