import type { JSONRPCErrorResponse } from '@modelcontextprotocol/client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapTexts } from '../../../lib/mcp/transport/map-texts.ts';
import { Redactor, redactedMessage } from '../../../lib/mcp/transport/redactor.ts';

const error = { code: -32000, message: 'no such account', data: { account: 48291733, isOpen: false, owner: null } };
const failed: JSONRPCErrorResponse = { jsonrpc: '2.0', id: 7, error };

describe('struckOut', () => {
  it.each([
    '48291733',
    '-32000',
    'message',
    'jsonrpc',
    'account',
    'isOpen',
    '"data":',
    '{"code"',
    'false}',
    ',"message":',
  ])('leaves an answer an answer where %s is secret', (secret) => {
    const { error: left, ...rest } = redactedMessage(failed, new Redactor([secret]).text) as JSONRPCErrorResponse;
    expect(rest).toEqual({ jsonrpc: '2.0', id: 7 });
    expect(left).toEqual({ ...error, message: error.message.replaceAll(secret, '***') });
  });

  it('strikes out texts wherever they stand, and nothing but texts', () => {
    const data = { deep: [{ er: ['my secret-1 is out', 1, true] }], 'secret-1': 'secret-1' };
    expect(redactedMessage({ ...failed, error: { ...error, data } }, new Redactor(['secret-1']).text)).toMatchObject({
      error: { data: { deep: [{ er: ['my *** is out', 1, true] }], 'secret-1': '***' } },
    });
  });

  it('keeps the very message where nothing is secret in it', () => {
    expect(redactedMessage(failed, new Redactor(['elsewhere']).text)).toBe(failed);
    const result = { jsonrpc: '2.0' as const, id: 1, result: { text: 'elsewhere' } };
    expect(redactedMessage(result, new Redactor(['elsewhere']).text)).toBe(result);
  });
});

describe('mapTexts', () => {
  it('changes nothing but texts, whatever the data', () => {
    const property = fc.property(fc.jsonValue({ maxDepth: 6 }), (data) => {
      const before = JSON.stringify(data);
      expect(mapTexts(data, (text) => text)).toBe(data);
      const copy = mapTexts(data, (text) => `${text}.`);
      const expected: unknown = JSON.parse(before, (_, value: unknown) =>
        typeof value === 'string' ? `${value}.` : value,
      );
      expect(JSON.stringify(copy)).toBe(JSON.stringify(expected));
      expect(JSON.stringify(data)).toBe(before);
    });
    fc.assert(property);
  });

  it('takes what contains itself, is nested deeply, or would set a prototype', () => {
    const ring: Record<string, unknown> = { name: 'a' };
    ring['self'] = ring;
    const copy = mapTexts(ring, (text) => text.toUpperCase()) as typeof ring;
    expect([copy['name'], copy['self']]).toEqual(['A', copy]);
    let deep: unknown = 'a';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    let at = mapTexts(deep, () => 'b');
    while (Array.isArray(at)) at = at[0];
    expect(at).toBe('b');
    const odd = mapTexts(JSON.parse('{"__proto__":{"isAdmin":"a"}}'), () => 'b');
    expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
    expect(JSON.stringify(odd)).toBe('{"__proto__":{"isAdmin":"b"}}');
  });

  it('takes a long text in little time', () => {
    const text = 'secret-1 '.repeat(500_000);
    const began = performance.now();
    expect(mapTexts({ text }, new Redactor(['secret-1']).text)).toEqual({ text: '*** '.repeat(500_000) });
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
