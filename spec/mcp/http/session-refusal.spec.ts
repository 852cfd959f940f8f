import { expect, it } from 'vitest';
import { sessionRefusal } from '../../../lib/mcp/http/session-refusal.ts';

const said = (message: unknown, code: unknown = -32000, id: unknown = null): string =>
  JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });

it.each([
  [404, ''],
  [404, 'Not Found'],
  [400, said('Bad Request: No valid session ID provided')],
  [400, said('Bad Request: No valid session ID provided', -32600, 7)],
  [400, said('Bad Request: Server not initialized')],
  [400, said('Session not found')],
  [400, said('Session not found', -32602, '7')],
  [400, 'Invalid session ID'],
  [400, 'No valid session ID provided'],
])('takes %i %j for an unknown session', (status, text) => {
  expect(sessionRefusal(status, text, 7)).toBe('known');
});

it.each([
  [400, ''],
  [400, 'null'],
  [400, '{'],
  [400, '{"error":null}'],
  [400, said('Bad Request: Unsupported protocol version')],
  [400, said({ text: 'what' })],
  [400, said('what is this', -32600, 'server-error')],
])('is in doubt about %i %j', (status, text) => {
  expect(sessionRefusal(status, text, 7)).toBe('likely');
});

it.each([
  [400, said('the argument session is missing', -32602, 7)],
  [400, said('the argument is wrong', -32602, '7')],
  [403, said('No valid session ID provided')],
  [500, said('No valid session ID provided')],
])('does not take %i %j for one', (status, text) => {
  expect(sessionRefusal(status, text, 7)).toBe('no');
});
