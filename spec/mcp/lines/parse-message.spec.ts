import { describe, expect, it } from 'vitest';
import { isBatch, parseMessage } from '../../../lib/mcp/lines/parse-message.ts';

const told = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'hm' } };
const answer = { jsonrpc: '2.0', id: 1, result: { content: [] } };

describe('parseMessage', () => {
  it('reads a request, a notification, a result and an error', () => {
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no' } };
    for (const message of [told, answer, error, { jsonrpc: '2.0', id: 'a', method: 'ping' }]) {
      expect(parseMessage(JSON.stringify(message))).toEqual(message);
    }
  });

  it('reads none in what is no message', () => {
    const lines = [
      '',
      'ready',
      '7',
      'null',
      '[]',
      '[7]',
      '{}',
      '{"jsonrpc":"1.0","method":"a"}',
      '{"jsonrpc":"2.0"}',
      '{"id":1,"error":"lost","level":"error"}',
    ];
    expect(lines.map(parseMessage).filter(Boolean)).toEqual([]);
  });

  it('reads an answer that lacks what makes it one: whoever waits for it has to know', () => {
    const bare = [
      { jsonrpc: '2.0', id: 1 },
      { id: 1, result: {} },
      { id: 1, error: 'full' },
      { ...answer, jsonrpc: 2 },
    ];
    expect(bare.map((one) => parseMessage(JSON.stringify(one)))).toEqual(bare);
  });

  it('reads on behind a byte order mark', () => {
    expect(parseMessage(`\uFEFF${JSON.stringify(answer)}`)).toEqual(answer);
    expect(parseMessage(`\uFEFF\uFEFF${JSON.stringify([told])}`)).toEqual([told]);
    expect(parseMessage('\uFEFF')).toBeUndefined();
    expect(parseMessage('\uFEFFready')).toBeUndefined();
  });

  it('reads the messages of a batch, and leaves out what is none', () => {
    const batch = parseMessage(JSON.stringify([told, 'hm', null, [answer], answer]));
    expect(batch).toEqual([told, answer]);
    expect(batch && isBatch(batch)).toBe(true);
    expect(isBatch(answer as never)).toBe(false);
  });
});
