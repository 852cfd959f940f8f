import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { HttpStatusError } from '../../../lib/mcp/failures/http-status-error.ts';
import { isSignOfLife } from '../../../lib/mcp/connection/sign-of-life.ts';

const status = (isAnswer: boolean) =>
  new HttpStatusError('here', { status: 400, statusText: '', text: '', restMs: undefined, isAnswer });

describe('isSignOfLife', () => {
  it('is true of what a server answers, with a status of failure too', () => {
    expect(isSignOfLife(new ProtocolError(-32601, 'Method not found'))).toBe(true);
    expect(isSignOfLife(status(true))).toBe(true);
  });

  it('is false of what says nothing of the server', () => {
    const others = [
      new SdkError(SdkErrorCode.RequestTimeout, 'Request timed out', { timeout: 1 }),
      new SdkError(SdkErrorCode.ConnectionClosed, 'Connection closed'),
      status(false),
      new Error('boom'),
      undefined,
    ];
    for (const error of others) expect(isSignOfLife(error)).toBe(false);
  });
});
