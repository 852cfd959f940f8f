import { startTcpEcho } from './tcp-echo.ts';

// A program of its own: an echo server that tells its port, and at each message resets every connection.
const echo = await startTcpEcho();
process.send?.({ port: echo.port });
process.on('message', () => {
  const dropped = echo.sockets.size;
  for (const socket of echo.sockets.values()) socket.resetAndDestroy();
  process.send?.({ dropped });
});
process.once('disconnect', () => process.exit(0));
