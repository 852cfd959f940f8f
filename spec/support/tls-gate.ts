import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect } from 'node:net';
import { type TlsOptions, createServer } from 'node:tls';

/** Speaks TLS in front of a server that does not. */
export interface TlsGate {
  readonly port: number;
  /** How many connections it ever had. */
  readonly accepted: number;
  /** Bytes that clients sent, once it had let them in. */
  readonly received: number;
  stop(): Promise<void>;
}

/** Lets those in who get through the handshake, to the server on this port. */
export async function startTlsGate(to: number, options: TlsOptions): Promise<TlsGate> {
  let accepted = 0;
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer(options, (socket) => {
    const inner = connect({ port: to, host: '127.0.0.1' });
    socket.on('data', ({ length }: Buffer) => (received += length));
    socket.pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
    inner.on('error', () => socket.destroy());
  });
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
  });
  return {
    port: await portOf(server),
    get accepted() {
      return accepted;
    },
    get received() {
      return received;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
