import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { RedisAllowanceOptions } from '../../lib/cluster/index.ts';

const folder = import.meta.url.endsWith('.ts') ? '../../build/spec/cluster/' : '../cluster/';
const program = fileURLToPath(new URL(`${folder}replica.js`, import.meta.url));

/** How a replica is started. */
export interface ReplicaOptions {
  readonly replica: string;
  readonly redisPort: number;
  readonly upstreamPort: number;
  readonly allowance: Omit<RedisAllowanceOptions, 'redis'>;
  /** How long each use of a connection takes, in milliseconds. */
  readonly useMs: number;
}

/** What a replica says of itself. `cut`: uses that failed; `modes`: by what rights it had its allowances. */
export interface ReplicaReport {
  readonly allowed: number;
  readonly allowedBy: string | null;
  readonly active: number;
  readonly size: number;
  readonly uses: number;
  readonly cut: number;
  readonly modes: readonly string[];
}

/** A process with a pool under the cap. */
export class ReplicaProcess {
  readonly child: ChildProcess;

  constructor(options: ReplicaOptions) {
    this.child = fork(program, [JSON.stringify(options)]);
  }

  /** How it stands. */
  report(): Promise<ReplicaReport> {
    return this.#tell({});
  }

  /** Has so many users who all want a connection. */
  want(wanted: number): Promise<ReplicaReport> {
    return this.#tell({ want: wanted });
  }

  /** Closes the pool; resolves when the process has ended. */
  async close(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.send({ close: true });
    await exit;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  async #tell(message: object): Promise<ReplicaReport> {
    const answer = once(this.child, 'message');
    this.child.send(message);
    return ((await answer) as [ReplicaReport])[0];
  }
}

/** The server that must not have more connections than the cap; it counts them. */
export class CountingServer {
  open = 0;
  most = 0;
  readonly #server: Server = createServer((socket) => this.#count(socket));
  readonly #sockets = new Set<Socket>();

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #count(socket: Socket): void {
    this.most = Math.max(this.most, ++this.open);
    this.#sockets.add(socket);
    const gone = (): void => {
      if (this.#sockets.delete(socket)) this.open--;
    };
    socket.on('error', gone).on('end', gone).on('close', gone).resume();
  }
}
