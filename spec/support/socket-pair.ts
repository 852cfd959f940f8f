import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The two ends of one real TCP connection. */
export interface SocketPair {
  readonly near: Socket;
  readonly far: Socket;
}

/** Connects a socket to another of the same process, over loopback. */
export async function socketPair(): Promise<SocketPair> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const near = connect({ port, host: '127.0.0.1', noDelay: true });
  const [accepted] = await Promise.all([once(server, 'connection'), once(near, 'connect')]);
  server.close();
  return { near, far: accepted[0] as Socket };
}
