import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LineFramer } from '../../../lib/mcp/lines/framer.ts';

interface Framed {
  readonly lines: string[];
  readonly errors: Error[];
}

/** What a framer makes of bytes that come in chunks of these sizes, over and over. */
function framed(bytes: Buffer, sizes: readonly number[], maxMessageBytes?: number): Framed {
  const told: Framed = { lines: [], errors: [] };
  const listener = { line: (text: string) => told.lines.push(text), error: (error: Error) => told.errors.push(error) };
  const framer = new LineFramer(listener, maxMessageBytes);
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const to = from + (sizes[i % sizes.length] ?? 1);
    framer.push(bytes.subarray(from, to));
    from = to;
  }
  framer.end();
  return told;
}

// Any code unit, lone surrogates included: with ASCII alone a framer that decodes each chunk would pass.
const text = fc.string({ unit: 'binary', maxLength: 30 });
const message = fc.record({ jsonrpc: fc.constant('2.0'), id: fc.nat(), result: fc.dictionary(text, text) });
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
const runs = { numRuns: 2000 };

describe('the framer, whatever comes', () => {
  it('gives back every message, however the bytes are cut', () => {
    const ending = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n');
    const lines = fc.array(fc.tuple(message, ending), { maxLength: 10 });
    const property = fc.property(lines, chunkSizes, (sent, sizes) => {
      const bytes = Buffer.from(sent.map(([one, end]) => `${JSON.stringify(one)}${end}`).join(''));
      const { lines: received, errors } = framed(bytes, sizes);
      expect(errors).toEqual([]);
      expect(received.map((line) => JSON.parse(line) as unknown)).toEqual(sent.map(([one]) => ({ ...one })));
    });
    fc.assert(property, runs);
  });

  it('makes the same of random bytes however they are cut, and never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const limit = fc.integer({ min: 1, max: 100 });
    const property = fc.property(bytes, limit, chunkSizes, (sent, max, sizes) => {
      const cut = framed(sent, sizes, max);
      const whole = framed(sent, [sent.length + 1], max);
      expect(cut.lines).toEqual(whole.lines);
      expect(cut.errors).toHaveLength(whole.errors.length);
    });
    fc.assert(property, runs);
  });

  it('I13 holds at most as many bytes as a message may have', () => {
    // Line feeds are rare among random bytes, and what is read without one is what could grow.
    const byte = fc.oneof({ weight: 9, arbitrary: fc.constant(120) }, { weight: 1, arbitrary: fc.constant(10) });
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const property = fc.property(fc.array(byte, { maxLength: 400 }), fc.nat(100), chunkSizes, (sent, limit, sizes) => {
      allocate.mockClear();
      const { lines, errors } = framed(Buffer.from(sent), sizes, limit + 1);
      const held = Math.max(0, ...allocate.mock.calls.map(([size]) => size));
      expect(held).toBeLessThanOrEqual(limit + 1);
      const lengths = Buffer.from(sent)
        .toString()
        .split('\n')
        .map((line) => line.length);
      expect(errors.some((error) => error instanceof RangeError)).toBe(Math.max(...lengths) > limit + 1);
      expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(limit + 1);
    });
    fc.assert(property, runs);
    vi.restoreAllMocks();
  });
});
