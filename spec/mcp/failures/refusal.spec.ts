import { SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { isWorthRetrying, wasRefused } from '../../../lib/mcp/failures/refusal.ts';
import { SessionExpiredError } from '../../../lib/mcp/failures/session-expired.ts';

const status = (code: number) => new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, 'no', { status: code });
const expired = new SessionExpiredError('http://127.0.0.1');
const spent = new SessionExpiredError('http://127.0.0.1', 'so has the one begun in its place', expired, true);

it.each<[string, unknown, number]>([
  ['a server that is busy', status(503), 9],
  ['a server that is asked too often', status(429), 9],
  ['a session that had expired', expired, 1],
  ['a session that had expired, and so has the next one', spent, 0],
  ['a client that is not authorized', status(401), 0],
  ['a client that could not be', new UnauthorizedError('no'), 0],
  ['the same within another error', new Error('no', { cause: status(503) }), 9],
  ['the server itself', status(500), 0],
  ['anything else', 'no', 0],
])('says how often a request is worth retrying after %s', (_, error, times) => {
  const attempts = Array.from({ length: 9 }, (__, i) => i + 1);
  expect(attempts.filter((attempt) => isWorthRetrying(error, attempt))).toEqual(attempts.slice(0, times));
});

it('knows a refusal, worth retrying or not', () => {
  for (const error of [status(401), status(429), status(503), expired, spent]) expect(wasRefused(error)).toBe(true);
  expect(wasRefused(status(500))).toBe(false);
});
