import { type JSONRPCMessage, ProtocolErrorCode } from '@modelcontextprotocol/client';

/** Characters of an answer that are quoted. */
const QUOTED_LENGTH = 200;

/**
 * The same message as the SDK's client takes it. It drops an answer of an impossible shape, and whoever asked waits until the
 * time is up; so such an answer becomes an error that quotes it. What is only written differently is put right: an `error` of
 * `null` beside a result, and an answer without `jsonrpc`.
 */
export function wellFormed(message: JSONRPCMessage): JSONRPCMessage {
  if ('method' in message) return message;
  const { jsonrpc, id, result, error } = message as Readonly<Record<string, unknown>>;
  const { code, message: text } = Object(error) as Readonly<Record<string, unknown>>;
  const hasError = error !== undefined && (error !== null || !('result' in message));
  const isRight = hasError ? typeof code === 'number' && typeof text === 'string' : isObject(result);
  if (isRight && jsonrpc === '2.0' && hasError === 'error' in message) return message;
  if (isRight && !hasError) return { jsonrpc: '2.0', id, result } as JSONRPCMessage;
  if (isRight) return { ...message, jsonrpc: '2.0' };
  const quote = JSON.stringify(message).slice(0, QUOTED_LENGTH);
  const described = { code: ProtocolErrorCode.InternalError, message: `the server's answer is none: ${quote}` };
  return { jsonrpc: '2.0', id, error: described } as JSONRPCMessage;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
