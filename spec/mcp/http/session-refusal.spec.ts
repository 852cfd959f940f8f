import { expect, it } from 'vitest';
import { isSessionRefusal } from '../../../lib/mcp/http/session-refusal.ts';

const said = (message: unknown, code: unknown = -32000): string =>
  JSON.stringify({ jsonrpc: '2.0', error: { code, message } });

it.each([
  [404, ''],
  [404, 'Not Found'],
  [400, said('Bad Request: No valid session ID provided')],
  [400, said('Bad Request: Server not initialized')],
  [400, said('Session not found')],
])('takes %i %j for an unknown session', (status, text) => {
  expect(isSessionRefusal(status, text)).toBe(true);
});

it.each([
  [400, ''],
  [400, 'No valid session ID provided'],
  [400, 'null'],
  [400, '{'],
  [400, '{"error":null}'],
  [400, said('Bad Request: Unsupported protocol version')],
  [400, said('No valid session ID provided', -32602)],
  [400, said({ text: 'No valid session ID provided' })],
  [403, said('No valid session ID provided')],
  [500, said('No valid session ID provided')],
])('does not take %i %j for one', (status, text) => {
  expect(isSessionRefusal(status, text)).toBe(false);
});
