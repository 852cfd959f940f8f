import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { lineCutter } from '../line-cutter.ts';

/** Lines over TCP for the SDK's client, with nothing looked at and all of a turn in one write: its best setting. */
export class LeanLineTransport implements Transport {
  onmessage?: NonNullable<Transport['onmessage']>;
  onclose?: NonNullable<Transport['onclose']>;
  onerror?: NonNullable<Transport['onerror']>;
  readonly #port: number;
  #socket: Socket | undefined;
  #lines = '';

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.on(
      'data',
      lineCutter((line) => {
        const message = JSON.parse(line) as JSONRPCMessage;
        // The SDK passes progress on a microtask later, and by then must not have heard of the answer.
        if ('method' in message) this.onmessage?.(message);
        else queueMicrotask(() => this.onmessage?.(message));
      }),
    );
    socket.on('close', () => this.onclose?.());
    socket.on('error', (error) => this.onerror?.(error));
    this.#socket = socket;
  }

  send(message: JSONRPCMessage): Promise<void> {
    // All promises of this turn have run by then.
    if (this.#lines === '') process.nextTick(() => this.#write());
    this.#lines += `${JSON.stringify(message)}\n`;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#socket?.destroy();
    return Promise.resolve();
  }

  #write(): void {
    this.#socket?.write(this.#lines);
    this.#lines = '';
  }
}
