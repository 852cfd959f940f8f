import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenRuns } from '../../support/chosen.ts';
import { EventCutter } from '../../../lib/mcp/http/event-cutter.ts';

/** What a cutter tells of these chunks. */
function cut(chunks: readonly Buffer[], mostBytes = 1_000_000): unknown[] {
  const told: unknown[] = [];
  const cutter = new EventCutter(
    {
      event: (data, type) => told.push(type === '' ? data : { data, type }),
      id: (id) => told.push({ id }),
      retry: (ms) => told.push({ ms }),
      tooLong: (bytes) => told.push({ bytes }),
    },
    mostBytes,
  );
  for (const chunk of chunks) cutter.push(chunk);
  return told;
}

const whole = (text: string, mostBytes?: number): unknown[] => cut([Buffer.from(text)], mostBytes);

function inPieces(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

describe('an event stream', () => {
  it.each([
    ['data: a\n\ndata:b\n\n', ['a', 'b']],
    ['data: a\rdata: b\r\rdata: c\r\r', ['a\nb', 'c']],
    ['data: a\r\ndata: b\r\n\r\n', ['a\nb']],
    ['\uFEFFdata: a\n\n', ['a']],
    ['event: note\ndata: a\n\ndata: b\n\n', [{ data: 'a', type: 'note' }, 'b']],
    ['id: 7\nretry: 500\ndata\ndata: a\n\n', [{ id: '7' }, { ms: 500 }, '\na']],
    ['id: a\0b\nretry: soon\nretry:-1\ndata: a\n\n', ['a']],
    [': a comment\ndate: a\ndat: b\ndata: c\n\n', ['c']],
    ['data: \n\ndata\n\nid: 1\n\n', [{ id: '1' }]],
    ['data:  two spaces\n\n', [' two spaces']],
    ['data: cut off\n', []],
  ])('of %j is understood', (text, told) => {
    expect(whole(text)).toEqual(told);
  });

  it('is the same wherever its bytes are cut', () => {
    const lines = ['data: żółć 🌊', 'data:', 'data', 'id: 1', 'event: e', 'retry: 5', ': c', '', '', 'data: {"a":1}'];
    const stream = fc
      .array(fc.tuple(fc.constantFrom(...lines), fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 20 })
      .map((parts) => Buffer.from(parts.flat().join('')));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 6 }), (bytes, cuts) => {
        const at = cuts.map((one) => one % (bytes.length + 1)).sort((a, b) => a - b);
        const chunks = [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
        expect(cut(chunks)).toEqual(cut([bytes]));
        expect(cut(inPieces(bytes, 1))).toEqual(cut([bytes]));
      }),
      { numRuns: chosenRuns('PARSE_RUNS', 5000) },
    );
  });

  it.each(['\n', '\r\n', '\r'])('counts the bytes of an event anew after an empty line, which %j ends', (end) => {
    const event = `data: 0123456789${end}${end}`;
    expect(whole(event.repeat(10), 20)).toEqual(Array.from({ length: 10 }, () => '0123456789'));
    expect(whole(`data: 0123456789${end}data: 0123456789${end}`, 20)).toEqual([
      { bytes: expect.any(Number) as number },
    ]);
  });

  it('tells nothing after an event that is too long, wherever that becomes known', () => {
    const text = `data: a\n\ndata: ${'x'.repeat(30)}\n\ndata: b\n\n`;
    for (let size = 1; size < 60; size++) {
      const [first, then, ...others] = cut(inPieces(Buffer.from(text), size), 20);
      expect([first, Object.keys(Object(then) as object), others]).toEqual(['a', ['bytes'], []]);
    }
  });

  it('costs time that is linear in a long event, however small its chunks', () => {
    const ms = (bytes: number): number => {
      const chunks = inPieces(Buffer.from(`data: ${'x'.repeat(bytes)}\n\n`), 1024);
      const began = performance.now();
      expect(cut(chunks, 64_000_000)).toHaveLength(1);
      return performance.now() - began;
    };
    ms(1_000_000);
    // Quadratic time would be 256 times as much.
    expect(ms(16_000_000)).toBeLessThan(80 * Math.max(ms(1_000_000), 1));
  });
});
