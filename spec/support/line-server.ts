import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A message of JSON-RPC, as far as a small server looks at it. */
export interface Message {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export type Say = (message: Readonly<Record<string, unknown>>) => void;

/** A server over TCP in this process. */
export interface LineServer {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

/** Starts a server that does with each message of each connection as it is told. */
export async function startLineServer(
  handle: (message: Message, say: Say, socket: Socket) => void,
): Promise<LineServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const say: Say = (message) => socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const lines = createInterface({ input: socket });
    // It repeats the errors of its input.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      handle(JSON.parse(line) as Message, say, socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  };
  return { port: (server.address() as AddressInfo).port, sockets, stop };
}
