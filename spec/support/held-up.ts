import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** Accepts, takes what it is sent, and says nothing until it is told to. */
export interface HeldUp {
  readonly port: number;
  /** The connections that it has now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Leads them to the server that they wanted, with all that they have sent. */
  release(): void;
  stop(): Promise<void>;
}

export async function startHeldUp(to: number): Promise<HeldUp> {
  const sockets = new Set<Socket>();
  const held: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    // Paused, it would not hear the other end leave.
    socket.on('data', (chunk: Buffer) => held.push(chunk));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    release: () => {
      for (const socket of sockets) {
        const inner = connect(to, '127.0.0.1').on('error', () => socket.destroy());
        inner.write(Buffer.concat(held));
        socket.removeAllListeners('data').pipe(inner).pipe(socket);
      }
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
