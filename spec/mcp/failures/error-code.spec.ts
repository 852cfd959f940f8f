import { ProtocolError } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { closedError } from '../../../lib/errors.ts';
import { errorCodeOf } from '../../../lib/mcp/failures/request-failure.ts';

it('is the code of an error, or its name, and something where it has neither', () => {
  expect(errorCodeOf('failed', closedError('pool'))).toBe('POOL_CLOSED');
  expect(errorCodeOf('failed', new ProtocolError(-32601, 'no such method'))).toBe('-32601');
  expect(errorCodeOf('failed', new DOMException('enough', 'AbortError'))).toBe('20');
  expect(errorCodeOf('failed', new TypeError('no'))).toBe('TypeError');
  expect(errorCodeOf('failed', undefined)).toBe('Error');
});

it('is a word for an answer that says it is an error, and nothing for a good one or one that nobody wanted', () => {
  expect(errorCodeOf('answered', { isError: true, content: [] })).toBe('tool_error');
  expect(errorCodeOf('answered', { content: [] })).toBeUndefined();
  expect(errorCodeOf('answered', undefined)).toBeUndefined();
  expect(errorCodeOf('cancelled', undefined)).toBeUndefined();
});
