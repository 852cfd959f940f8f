import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestText } from '../../../lib/mcp/exchange/request-text.ts';

const envelope = JSON.stringify({ 'io.modelcontextprotocol/protocolVersion': '2026-07-28', a: { b: 1 } }).slice(1, -1);
const parsed = (...given: Parameters<typeof requestText>): unknown => JSON.parse(requestText(...given));

describe('the text of a request', () => {
  it('is the message, with or without parameters', () => {
    const plain = { id: 7, wantsProgress: false, envelope: '' };
    expect(requestText({ method: 'ping' }, plain)).toBe('{"jsonrpc":"2.0","id":7,"method":"ping"}');
    expect(requestText({ method: 'x', params: {} }, plain)).toBe('{"jsonrpc":"2.0","id":7,"method":"x","params":{}}');
    expect(parsed({ method: 'a"b\n' }, plain)).toEqual({ jsonrpc: '2.0', id: 7, method: 'a"b\n' });
  });

  it('has the token of its progress, and what the modern era wants, in `_meta`', () => {
    const meta = { id: 7, wantsProgress: true, envelope };
    const all = { progressToken: 7, 'io.modelcontextprotocol/protocolVersion': '2026-07-28', a: { b: 1 } };
    for (const params of [undefined, {}, { name: 'x' }]) {
      const request = { method: 'm', ...(params && { params }) };
      expect(parsed(request, meta)).toEqual({ jsonrpc: '2.0', id: 7, method: 'm', params: { ...params, _meta: all } });
    }
  });

  it("keeps the caller's own `_meta`, which wins but for the token", () => {
    const request = { method: 'm', params: { _meta: { progressToken: 'own', a: 2, trace: 't' } } };
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', a: 2, trace: 't' };
    expect(parsed(request, { id: 7, wantsProgress: true, envelope })).toMatchObject({
      params: { _meta: { ...meta, progressToken: 7 } },
    });
    expect(parsed(request, { id: 7, wantsProgress: false, envelope })).toMatchObject({
      params: { _meta: { ...meta, progressToken: 'own' } },
    });
  });

  it('says the same as the message built as an object', () => {
    const anyParams = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(anyParams, fc.boolean(), fc.constantFrom('', envelope), (params, wantsProgress, given) => {
        const text = requestText({ method: 'm', params }, { id: 7, wantsProgress, envelope: given });
        const meta = {
          ...(JSON.parse(`{${given}}`) as object),
          ...Object(params['_meta']),
          ...(wantsProgress && { progressToken: 7 }),
        } as object;
        const isBare = given === '' && !wantsProgress;
        const all = isBare ? params : { ...params, _meta: meta };
        const expected = { jsonrpc: '2.0', id: 7, method: 'm', params: all };
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(expected)));
        expect(text).not.toContain('\n');
      }),
    );
  });

  it('refuses what JSON refuses', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => requestText({ method: 'm', params: cycle }, { id: 1, wantsProgress: false, envelope: '' })).toThrow(
      TypeError,
    );
  });
});
