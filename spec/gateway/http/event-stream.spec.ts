import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { EventStream, Heart } from '../../../lib/gateway/http/event-stream.ts';
import { given } from '../../support/outcome.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A stream that says so often that it is alive, and a raw reader of it. */
async function open(beatMs = 20): Promise<{ stream: EventStream; socket: Socket; heard: () => string }> {
  const heart = new Heart(beatMs);
  const streams: EventStream[] = [];
  const server = createServer((_, response) => {
    const stream = new EventStream(response, heart);
    stream.open();
    streams.push(stream);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  ends.push(async () => {
    socket.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  await until(() => streams.length > 0);
  const stream = given(streams[0]);
  return { stream, socket, heard: () => heard };
}

it('says now and then that it is alive', async () => {
  const { heard } = await open();
  await until(() => heard().split('\n:\n').length > 2 || heard().split(':\n\n').length > 3);
  expect(heard()).toContain('content-type: text/event-stream');
});

it('ends after its last message, and says nothing more', async () => {
  const { stream, heard } = await open();
  stream.send('{"a":1}');
  stream.end('{"b":2}');
  expect(stream.isOver).toBe(true);
  stream.send('{"c":3}');
  await until(() => heard().includes('"b"'));
  expect(heard().match(/data: .*/g)).toEqual(['data: {"a":1}', 'data: {"b":2}']);
});

it('is cut off when its reader has taken nothing from one beat to the next', async () => {
  const { stream, socket } = await open();
  socket.pause();
  for (let i = 0; i < 7; i++) stream.send(JSON.stringify('x'.repeat(1024 * 1024)));
  await until(() => stream.isOver);
});

it('is cut off when far too much waits for its reader', async () => {
  const { stream, socket } = await open();
  socket.pause();
  for (let i = 0; i < 20 && !stream.isOver; i++) stream.send(JSON.stringify('x'.repeat(1024 * 1024)));
  expect(stream.isOver).toBe(true);
});

it('is not cut off when its reader is slow but reads', async () => {
  const { stream, heard } = await open(1000);
  for (let i = 0; i < 4; i++) stream.send(JSON.stringify('x'.repeat(1024 * 1024)));
  await until(() => heard().length > 4 * 1024 * 1024, 15_000);
  expect(stream.isOver).toBe(false);
});
