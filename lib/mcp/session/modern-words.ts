import { ProtocolErrorCode } from '@modelcontextprotocol/client';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { WireError } from './wire-error.ts';

/** The code for a resource that is not there, in the legacy era. */
const NOT_FOUND = -32_002;

/** Results that say for how long they hold. */
const cacheable: ReadonlySet<string> = new Set([
  ...['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'resources/read'],
]);

/** The result of a server of the legacy era as the modern era has it. */
export function inModernWords({ method }: McpRequest, result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result;
  const hints = cacheable.has(method) && { ttlMs: 0, cacheScope: 'private' };
  return { resultType: 'complete', ...hints, ...result };
}

/** The same for an error. */
export function errorInModernWords(error: WireError): WireError {
  return error.code === NOT_FOUND ? { ...error, code: ProtocolErrorCode.InvalidParams } : error;
}
