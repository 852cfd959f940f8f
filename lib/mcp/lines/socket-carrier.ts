import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Carrier } from '../transport/transport.ts';

/** How long a closed socket waits for a peer who does not read, in milliseconds. */
const FLUSH_MS = 1000;

/** A socket as a carrier. Its `error` events always have a listener, so that none of them ends the process. */
export function socketCarrier(socket: Socket, connected: Promise<unknown> = Promise.resolve()): Carrier {
  const closed = new Promise<undefined>((resolve) => {
    socket.once('close', () => {
      resolve(undefined);
    });
  });
  const close = (): Promise<void> => {
    flush(socket);
    return closed;
  };
  const ended = new Promise<Error | undefined>((resolve) => {
    socket.on('error', resolve);
    // A half-closed socket is closed: a peer that sends no more cannot answer.
    socket.once('end', () => {
      resolve(undefined);
      void close();
    });
    void closed.then(resolve);
  });
  const opened = connected.then(() => ({ readable: socket, writable: socket }));
  const kill = (): void => {
    reset(socket);
  };
  return { opened, ended, close, kill };
}

function flush(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.connecting) {
    socket.destroy();
    return;
  }
  socket.destroySoon();
  const timer = setTimeout(() => socket.destroy(), FLUSH_MS);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // Only a bare TCP handle knows how to reset: a TLS one throws, and one that is being shut down refuses and stays open.
  if (socket instanceof TLSSocket || socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
