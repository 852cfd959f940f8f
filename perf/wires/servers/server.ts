import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { serveHttp } from './serve-http.ts';
import { serveLines } from './serve-lines.ts';

// A program of its own: it tells its ports to whoever forked it, and ends with them, whatever ended them.
process.once('disconnect', () => process.exit(0));
const port = await listening((socket) => {
  serveLines(socket, socket);
});
process.send?.({ port, httpPort: await listening(serveHttp) });

async function listening(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    // Clients that are done are killed.
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await once(server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }), 'listening');
  return (server.address() as AddressInfo).port;
}
