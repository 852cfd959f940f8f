import { describe, expect, it } from 'vitest';
import { asMeant, withoutNulls } from '../../../lib/mcp/transport/as-meant.ts';

const meant = (message: object): unknown => asMeant({ jsonrpc: '2.0', id: 1, ...message } as never);

describe('a message that writes null for what it leaves out', () => {
  it('is a result where its error is null, and an error where its result is null', () => {
    const error = { code: -32603, message: 'no' };
    expect(meant({ result: {}, error: null })).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(meant({ result: null, error })).toEqual({ jsonrpc: '2.0', id: 1, error });
    // Neither: whoever waits for the answer is to be told so.
    expect(meant({ result: null, error: null })).toEqual({ jsonrpc: '2.0', id: 1, result: null, error: null });
  });

  it('has no _meta where that is null', () => {
    expect(meant({ result: { content: [], _meta: null } })).toEqual({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    expect(meant({ method: 'a', params: { _meta: null } })).toEqual({ jsonrpc: '2.0', id: 1, method: 'a', params: {} });
    expect(meant({ method: 'a', params: null })).toMatchObject({ params: null });
  });

  it('introduces a server without what is null', () => {
    const result = {
      protocolVersion: '2025-06-18',
      capabilities: { tools: { listChanged: null }, logging: null, experimental: null },
      serverInfo: { name: 'a', version: null, title: null },
      instructions: null,
      _meta: null,
    };
    expect(meant({ result })).toMatchObject({
      result: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'a', version: '' },
      },
    });
    expect(result).not.toHaveProperty('instructions');
  });

  it('introduces a server that says nothing of itself', () => {
    const serverInfo = { name: 'unknown', version: '' };
    const result = { protocolVersion: '2025-06-18', capabilities: null, serverInfo: null };
    expect(meant({ result })).toMatchObject({ result: { capabilities: {}, serverInfo } });
    const discovered = { supportedVersions: ['2026-07-28'], capabilities: null, instructions: null };
    const answer = { jsonrpc: '2.0', id: 1, result: { supportedVersions: ['2026-07-28'], capabilities: {} } };
    expect(meant({ result: discovered })).toEqual(answer);
  });

  it('is left as it is in all else: it may be the data of a user', () => {
    const structuredContent = { a: null, list: [null], _meta: null };
    const result = { content: [], structuredContent, other: null };
    expect(meant({ result })).toEqual({ jsonrpc: '2.0', id: 1, result });
    expect(meant({ result: [null] })).toMatchObject({ result: [null] });
    expect(meant({ result: 'text' })).toMatchObject({ result: 'text' });
  });
});

it('takes nulls out at any depth, but not out of lists', () => {
  const value = { a: null, b: { c: null, d: [null, { e: null }], f: 0 } };
  expect(withoutNulls(value)).toEqual({ b: { d: [null, { e: null }], f: 0 } });
});
