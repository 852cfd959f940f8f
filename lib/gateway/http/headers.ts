import type { IncomingHttpHeaders } from 'node:http';

/** The headers of a response that is JSON, and of one that is an event stream: names and values in turn. */
export const JSON_TYPE: readonly string[] = ['content-type', 'application/json'];
export const STREAM_TYPE: readonly string[] = ['content-type', 'text/event-stream', 'cache-control', 'no-cache'];

/** The header that names a session. */
export const SESSION_ID = 'mcp-session-id';

const json = /^application\/json\s*(?:;|$)/i;

/** Whether a body is said to be JSON. */
export function isJson({ 'content-type': type = '' }: IncomingHttpHeaders): boolean {
  return type === 'application/json' || json.test(type);
}

/** Whether the client takes this type of response; one that does not say takes all. */
export function accepts({ accept }: IncomingHttpHeaders, type: string): boolean {
  if (accept === undefined || accept.includes(type) || accept.includes('*/*')) return true;
  return accept.toLowerCase().includes(type) || accept.includes(`${type.slice(0, type.indexOf('/'))}/*`);
}

/** A header that may be there once. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
