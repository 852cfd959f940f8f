import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { closedError, connectFailedError, overloadedError } from '../../../lib/errors.ts';
import { HttpUnreachableError } from '../../../lib/mcp/http/http-unreachable.ts';
import { isLasting, NotToldError } from '../../../lib/mcp/failures/lasting-failure.ts';
import { SessionExpiredError } from '../../../lib/mcp/failures/session-expired.ts';

const statusError = (status: number): SdkHttpError =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, 'refused', { status, statusText: '' });

describe('isLasting', () => {
  it.each([-32600, -32601, -32602, -32002, -32021])('knows an answer of %i for one that stays the same', (code) => {
    expect(isLasting(new ProtocolError(code, 'no'))).toBe(true);
  });

  it.each([
    new SdkError(SdkErrorCode.CapabilityNotSupported, 'no'),
    new NotToldError(['toolsListChanged']),
    new UnauthorizedError('no'),
    statusError(401),
    statusError(403),
    closedError('pool'),
    connectFailedError('pool', { failures: 1, retryInMs: 1 }, new Error('no such command')),
  ])('knows a refusal for what it is: %s', (error) => {
    expect(isLasting(error)).toBe(true);
  });

  it.each([
    new ProtocolError(-32603, 'busy'),
    new ProtocolError(-32000, 'busy'),
    new SdkError(SdkErrorCode.RequestTimeout, 'slow'),
    new SdkError(SdkErrorCode.ConnectionClosed, 'gone'),
    statusError(503),
    statusError(502),
    new HttpUnreachableError('http://x', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), false),
    new SessionExpiredError('http://x'),
    overloadedError('pool', 1, 1),
    new Error('whatever'),
    'whatever',
  ])('waits for the end of what passes: %s', (error) => {
    expect(isLasting(error)).toBe(false);
  });
});
