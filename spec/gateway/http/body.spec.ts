import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { httpServer } from '../../../lib/gateway/http/http-server.ts';
import { MOST_BYTES, readBody } from '../../../lib/gateway/http/body.ts';
import { refuse } from '../../../lib/gateway/http/refusal.ts';
import type { AddressInfo } from 'node:net';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that says how long the bodies are that it reads, and a raw connection to it. */
async function open(patience = {}): Promise<{ socket: Socket; heard: () => string; read: string[] }> {
  const read: string[] = [];
  const server = httpServer((request, response) => {
    readBody(request, {
      read: (text) => {
        read.push(text);
        response.end(`read ${text.length}`);
      },
      refused: (refusal) => refuse(response, refusal),
    });
  }, patience);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  ends.push(async () => {
    socket.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  return { socket, heard: () => heard, read };
}

const head = 'POST / HTTP/1.1\r\nhost: x\r\n';

it('is read in one piece, however many it comes in', async () => {
  const { socket, heard, read } = await open();
  const bytes = Buffer.from('{"a":"ä€"}');
  socket.write(`${head}content-length: ${bytes.length}\r\n\r\n`);
  for (const byte of bytes) {
    socket.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  await until(() => heard().includes('read 10'));
  expect(read).toEqual(['{"a":"ä€"}']);
});

it('is refused when it says that it is too large, before it is read', async () => {
  const { socket, heard, read } = await open();
  socket.write(`${head}content-length: ${MOST_BYTES + 1}\r\n\r\n`);
  await until(() => heard().includes('too large') || heard().includes('413'));
  expect(heard()).toMatch(/^HTTP\/1.1 413 .*larger than 4194304 bytes/s);
  expect(read).toEqual([]);
});

it('is refused as soon as it is too large, where it does not say how large it is', async () => {
  const { socket, heard, read } = await open();
  socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
  const piece = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 5; i++) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  await until(() => heard().includes('413'));
  socket.write('0\r\n\r\n');
  expect(read).toEqual([]);
});

it('has 408 for an answer when it does not come in time', async () => {
  const { socket, heard } = await open({ requestMs: 100, lookMs: 20 });
  socket.write(`${head}content-length: 10\r\n\r\n{`);
  await once(socket, 'close');
  expect(heard()).toMatch(/^HTTP\/1.1 408 /);
});
