import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { lineCutter } from '../line-cutter.ts';
import { type RawClient, type Told, type Tool, textOf } from './call.ts';
import { stdioServer } from './stdio-server.ts';

/** The least that a client can do on one socket: all requests of a turn in one write, each answer parsed and told. */
export async function rawSocket(port: number, tool: Tool): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return rawLines(socket, socket, tool);
}

/** The same on many sockets in turns: nobody writes to two sockets at once. */
export async function rawSockets(port: number, tool: Tool, many: number): Promise<RawClient> {
  const clients = await Promise.all(Array.from({ length: many }, () => rawSocket(port, tool)));
  const free = [...clients];
  return {
    ask: (answered) => {
      const client = free.pop();
      if (client === undefined) throw new Error('more are asked at once than there are sockets');
      client.ask(() => {
        free.push(client);
        answered();
      });
    },
    progress: () => clients.reduce((sum, client) => sum + client.progress(), 0),
  };
}

/** The same over the pipes of a child process. */
export function rawStdio(tool: Tool): RawClient {
  const { stdin, stdout } = spawn(stdioServer.command, stdioServer.args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return rawLines(stdout, stdin, tool);
}

function rawLines(input: Readable, output: Writable, tool: Tool): RawClient {
  const waiting = new Map<number, () => void>();
  let lastId = 0;
  let progress = 0;
  let requests = '';
  const write = (): void => {
    output.write(requests);
    requests = '';
  };
  const cut = lineCutter((line) => {
    const { id, params } = JSON.parse(line) as Told;
    if (id === undefined) {
      // Whose it is is looked up, as whoever listens would have to.
      if (params?.progressToken !== undefined && waiting.has(params.progressToken)) progress++;
      return;
    }
    const answered = waiting.get(id);
    waiting.delete(id);
    answered?.();
  });
  input.on('data', cut);
  const ask = (answered: () => void): void => {
    waiting.set(++lastId, answered);
    if (requests === '') queueMicrotask(write);
    requests += `${textOf(lastId, tool)}\n`;
  };
  return { ask, progress: () => progress };
}
