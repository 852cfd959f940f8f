import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { EventStream } from '../../lib/dashboard/event-stream.ts';
import { until } from '../support/until.ts';

it('is full until the reader has taken what was sent, and tells of the end once', async () => {
  const response = Object.assign(new PassThrough({ highWaterMark: 16 }), { writeHead: () => undefined });
  let ends = 0;
  const stream = new EventStream(response as unknown as ServerResponse, () => ends++);
  stream.ping();
  expect(stream.isFull).toBe(false);
  stream.send('pools', { pools: [] });
  stream.send('gone', { pool: 1 });
  expect(stream.isFull).toBe(true);
  let text = '';
  response.on('data', (chunk: Buffer) => (text += String(chunk)));
  await until(() => !stream.isFull);
  expect(text).toBe(':\n\nevent: pools\ndata: {"pools":[]}\n\nevent: gone\ndata: {"pool":1}\n\n');
  stream.end();
  response.destroy();
  await until(() => ends === 1);
});
