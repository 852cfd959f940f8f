import type { JSONRPCMessage, JSONRPCResponse, RequestId } from '@modelcontextprotocol/client';
import { isIdOf } from '../transport/sent-requests.ts';

/**
 * What something is that came in return for a request. `message`: what the server asks or tells; `answer`: to the request,
 * with the id as it was sent, and of any shape; `stray`: an answer to nothing that was asked here; `garbage`: no message.
 */
type Sorted =
  | { readonly kind: 'message'; readonly message: JSONRPCMessage }
  | { readonly kind: 'answer'; readonly message: JSONRPCResponse }
  | { readonly kind: 'stray'; readonly message: JSONRPCResponse }
  | { readonly kind: 'garbage' };

/**
 * Sorts what came in return for the request of this id; `undefined` where nothing was asked. `isRest`: it is the rest of a
 * stream, on which the answer has the id with which it was asked for first.
 */
export function sortMessage(value: unknown, asked: RequestId | undefined, isRest = false): Sorted {
  if (typeof value !== 'object' || value === null) return { kind: 'garbage' };
  if ('method' in value) {
    return typeof value.method === 'string' && Reflect.get(value, 'jsonrpc') === '2.0'
      ? { kind: 'message', message: value as JSONRPCMessage }
      : { kind: 'garbage' };
  }
  if (!('result' in value) && !('error' in value)) return { kind: 'garbage' };
  const message = value as JSONRPCResponse;
  if (asked === undefined || !(isRest || isAbout(message, asked))) return { kind: 'stray', message };
  return { kind: 'answer', message: mended(message, asked) };
}

/** An error without an id is about the request: the server could not read even that. */
function isAbout(message: JSONRPCResponse, asked: RequestId): boolean {
  const id: unknown = message.id;
  return (
    isIdOf(message.id, asked) || ((id === null || id === undefined) && 'error' in message && !('result' in message))
  );
}

function mended(message: JSONRPCResponse, id: RequestId): JSONRPCResponse {
  return message.id === id ? message : { ...message, id };
}
