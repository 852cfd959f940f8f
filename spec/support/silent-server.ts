import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';

/** A TCP server that accepts and never says a word. */
export interface SilentServer {
  readonly port: number;
  /** The connections that it has now. */
  readonly sockets: ReadonlySet<Socket>;
  /** How many it ever had. */
  readonly accepted: number;
  stop(): Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    get accepted() {
      return accepted;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
