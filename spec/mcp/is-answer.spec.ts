import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { HttpStatusError } from '../../lib/mcp/http-status-error.ts';
import { isAnswer } from '../../lib/mcp/is-answer.ts';

const status = (text: string) => new HttpStatusError('here', { status: 400, statusText: '', text, restMs: undefined });

describe('isAnswer', () => {
  it('is true of what a server answers, with a status of failure too', () => {
    expect(isAnswer(new ProtocolError(-32601, 'Method not found'))).toBe(true);
    expect(isAnswer(status('{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}'))).toBe(true);
  });

  it('is false of what says nothing of the server', () => {
    const others = [
      new SdkError(SdkErrorCode.RequestTimeout, 'Request timed out', { timeout: 1 }),
      new SdkError(SdkErrorCode.ConnectionClosed, 'Connection closed'),
      status('<html>Bad gateway</html>'),
      status('null'),
      status('{"error":"not found"}'),
      new Error('boom'),
      undefined,
    ];
    for (const error of others) expect(isAnswer(error)).toBe(false);
  });
});
