import { describe, expect, it } from 'vitest';
import { LineFramer } from '../../../lib/mcp/lines/framer.ts';

function framed(maxMessageBytes?: number) {
  const lines: string[] = [];
  const errors: string[] = [];
  const framer = new LineFramer(
    { line: (text) => lines.push(text), error: (error) => errors.push(error.message) },
    maxMessageBytes,
  );
  return {
    framer,
    lines,
    errors,
    push: (...parts: (string | number[])[]) => {
      for (const part of parts) framer.push(Buffer.from(part as string));
    },
  };
}

describe('LineFramer', () => {
  it('emits nothing for no bytes and an end', () => {
    const { framer, lines, errors, push } = framed();
    push('');
    framer.end();
    expect({ lines, errors }).toEqual({ lines: [], errors: [] });
  });

  it('cuts one chunk into its lines', () => {
    const { lines, push } = framed();
    push('one\ntwo\nthree\n');
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('joins a line that spans chunks, and goes on with what follows it', () => {
    const { lines, push } = framed();
    push('o', 'n', 'e\ntw', 'o', '\n', 'three\n');
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('decodes characters that are split between chunks', () => {
    const { framer, lines } = framed();
    for (const byte of Buffer.from('{"a":"żółć 🌊"}\n')) framer.push(Buffer.of(byte));
    expect(lines).toEqual(['{"a":"żółć 🌊"}']);
  });

  it('takes CRLF for a line ending, also where the two are apart', () => {
    const { lines, push } = framed();
    push('one\r\ntw', 'o\r', '\nthree\rfour\n');
    expect(lines).toEqual(['one', 'two', 'three\rfour']);
  });

  it('skips empty lines', () => {
    const { lines, push } = framed();
    push('\n\r\n\none\n\n', '\r', '\n', 'two\n');
    expect(lines).toEqual(['one', 'two']);
  });

  it('passes NUL bytes on', () => {
    const { lines, push } = framed();
    push([0, 10, 65, 0, 66], [10]);
    expect(lines).toEqual(['\0', 'A\0B']);
  });

  it('refuses a line over the limit with the numbers, and takes no more', () => {
    const { framer, lines, errors, push } = framed(10);
    push('0123456789\n', '01234', '567890', '1\nnext\n');
    framer.end();
    expect(lines).toEqual(['0123456789']);
    expect(errors).toEqual(['a message of at least 11 bytes: the limit is 10 (maxMessageBytes)']);
  });

  it('refuses a line over the limit that comes in one chunk', () => {
    const { lines, errors, push } = framed(10);
    push('ok\n01234567890\nlater\n');
    expect(lines).toEqual(['ok']);
    expect(errors).toHaveLength(1);
  });

  it('limits each line, not their sum', () => {
    const { lines, errors, push } = framed(10);
    push('01234567\n01234567\n0123', '4567\n'.repeat(100));
    expect(lines).toHaveLength(102);
    expect(errors).toEqual([]);
  });

  it('tells of bytes left over at the end', () => {
    const { framer, errors, push } = framed();
    push('one\n{"half":');
    framer.end();
    framer.end();
    expect(errors).toEqual(['the stream ended inside a message: 8 bytes without a newline']);
  });

  it('stops in the middle of a chunk when its listener says so', () => {
    const lines: string[] = [];
    const framer = new LineFramer({
      line: (text) => {
        lines.push(text);
        framer.stop();
      },
      error: (error) => lines.push(error.message),
    });
    framer.push(Buffer.from('one\ntwo\nthr'));
    framer.end();
    expect(lines).toEqual(['one']);
  });

  it('reads a line of 32 MiB in chunks of 8 KiB without searching it again for each of them', () => {
    const { framer, lines, push } = framed(64 * 1024 * 1024);
    const chunk = Buffer.alloc(8 * 1024, 'x');
    const began = performance.now();
    for (let i = 0; i < 4096; i++) framer.push(chunk);
    push('\nnext\n');
    // It takes half a second, and the better part of a minute where each chunk is searched for from the start.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(lines.map((line) => line.length)).toEqual([32 * 1024 * 1024, 4]);
  });

  it('reads a line of 4 MiB byte by byte in well under two seconds', () => {
    const { framer, lines, push } = framed();
    const byte = Buffer.of(120);
    const began = performance.now();
    for (let i = 0; i < 4 * 1024 * 1024; i++) framer.push(byte);
    push('\n');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(lines.map((line) => line.length)).toEqual([4 * 1024 * 1024]);
  });
});
