import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { Observable, fromEvent, merge } from 'rxjs';
import type { PoolOptions } from '../../lib/index.ts';

/** A real server that sends back what it gets. */
export interface TcpEcho {
  readonly port: number;
  readonly listener: Server;
  /** The server's ends of the connections, by the port of the client's. */
  readonly sockets: ReadonlyMap<number, Socket>;
  /** How to connect to it. */
  readonly connector: Pick<PoolOptions<Socket>, 'connect' | 'close' | 'down' | 'check'>;
  stop(): Promise<void>;
}

export async function startTcpEcho(): Promise<TcpEcho> {
  const sockets = new Map<number, Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const port = Number(socket.remotePort);
    sockets.set(port, socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(port));
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    for (const socket of sockets.values()) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port, listener: server, sockets, connector: connectorTo(port), stop };
}

/** Sends a text and gives what comes back. */
export async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

/** How to connect to an echo server. */
export function connectorTo(port: number): TcpEcho['connector'] {
  return {
    connect: () =>
      new Observable((subscriber) => {
        const socket = connect({ port, host: '127.0.0.1', noDelay: true });
        socket.on('error', (error) => {
          subscriber.error(error);
        });
        socket.once('connect', () => {
          subscriber.next(socket);
        });
        return () => socket.destroy();
      }),
    down: (socket) => merge(fromEvent(socket, 'close'), fromEvent(socket, 'end')),
    check: (socket) => echo(socket, 'ping'),
    close: (socket) => {
      socket.destroy();
    },
  };
}
