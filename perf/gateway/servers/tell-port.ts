import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Has a program listen at a free port, tell it to whoever forked the program, and end with them, whatever ended them. */
export async function tellPort(server: Server): Promise<void> {
  process.once('disconnect', () => process.exit(0));
  await once(server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }), 'listening');
  process.send?.({ port: (server.address() as AddressInfo).port });
}
