import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenRuns } from '../../support/chosen.ts';
import { LineFramer } from '../../../lib/mcp/lines/framer.ts';
import { isBatch, parseMessage } from '../../../lib/mcp/lines/parse-message.ts';

/** The messages of a stream that comes in these chunks, and how many lines of it are none. */
function messagesOf(chunks: readonly Buffer[]): { readonly messages: unknown[]; readonly garbage: number } {
  const messages: unknown[] = [];
  let garbage = 0;
  const line = (text: string): void => {
    const parsed = parseMessage(text);
    if (parsed === undefined) garbage++;
    else if (isBatch(parsed)) messages.push(...parsed);
    else messages.push(parsed);
  };
  const framer = new LineFramer({ line, error: (error) => messages.push(error.message) });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return { messages, garbage };
}

const text = fc.string({ unit: 'binary', maxLength: 12 });
const id = fc.oneof(fc.nat(), text);
const result = fc.record({
  jsonrpc: fc.constant('2.0'),
  id,
  result: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
});
const told = fc.record({ jsonrpc: fc.constant('2.0'), method: text, params: fc.dictionary(text, text) });
const message = fc.oneof(result, told);
const batch = fc.array(message, { minLength: 1, maxLength: 4 });
const mark = fc.constantFrom('', '', '\uFEFF');
const line = fc.tuple(mark, fc.oneof(message, batch), fc.constantFrom('\n', '\r\n', '\n\n'));

describe('the framer and the parser', () => {
  it('find the same messages however the bytes are cut, thousands of times', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 6 });
    const property = fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), cuts, (lines, places) => {
      const bytes = Buffer.from(lines.map(([start, value, end]) => `${start}${JSON.stringify(value)}${end}`).join(''));
      const at = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
      const chunks = [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
      expect(JSON.stringify(messagesOf(chunks))).toBe(JSON.stringify(messagesOf([bytes])));
    });
    fc.assert(property, { numRuns: chosenRuns('PARSE_RUNS', 5000) });
  });

  it('find the same messages at whatever byte they are cut', () => {
    const property = fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), (lines) => {
      const bytes = Buffer.from(lines.map(([start, value, end]) => `${start}${JSON.stringify(value)}${end}`).join(''));
      const whole = messagesOf([bytes]);
      expect(whole.garbage).toBe(0);
      expect(whole.messages).toHaveLength(lines.flatMap(([, value]) => value).length);
      for (let at = 1; at < bytes.length; at++) {
        expect(messagesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('find nothing, and throw nothing, in lines that are no JSON', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (garbage) => {
      const { messages } = messagesOf([Buffer.from(`${garbage}x\n`)]);
      expect(messages).toEqual([]);
    });
    fc.assert(property, { numRuns: chosenRuns('PARSE_RUNS', 5000) });
  });
});
