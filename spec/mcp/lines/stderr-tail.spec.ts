import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { StderrTail } from '../../../lib/mcp/lines/stderr-tail.ts';

function tailOf(...chunks: readonly string[]): StderrTail {
  const stderr = new PassThrough();
  const tail = new StderrTail(stderr);
  for (const chunk of chunks) stderr.emit('data', Buffer.from(chunk));
  return tail;
}

it('keeps the last 4 KiB', () => {
  expect(tailOf('a'.repeat(5000), 'b').text).toBe(`${'a'.repeat(4095)}b`);
  expect(tailOf('first\n', 'last\n').lines).toBe('first\nlast\n');
});

it('has no line of which only the end is left, unless that is all', () => {
  expect(tailOf('secret-'.repeat(700), '\nlast\n').lines).toBe('last\n');
  expect(tailOf('a'.repeat(5000), '\n').lines).toBe(`${'a'.repeat(4095)}\n`);
});
