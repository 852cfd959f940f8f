import type { ServerResponse } from 'node:http';
import type { RefusalReason } from '../policy/audit.ts';
import { JSON_TYPE } from './headers.ts';

/** Why a request is not served, as HTTP and as JSON-RPC have it. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
  /** `malformed` where it is left out. */
  readonly reason?: RefusalReason;
  /** Headers beyond the usual ones, such as `allow` and `retry-after`: names and values in turn. */
  readonly headers?: readonly string[];
}

/** The code for what JSON-RPC has none for. */
export const SERVER_ERROR = -32_000;

/** The seconds after which a client that is refused now may ask again. */
const LATER_S = 5;

/** A refusal with the code that JSON-RPC leaves to servers. */
export function refusal(status: number, message: string, headers: readonly string[] = []): Refusal {
  return { status, code: SERVER_ERROR, message, headers };
}

/** The refusal of what can be asked again later. */
export function tryLater(reason: RefusalReason, message: string): Refusal {
  return { ...refusal(503, message, retryAfter(LATER_S)), reason };
}

/** The header that says after how many seconds a client may ask again. */
export function retryAfter(seconds: number): readonly string[] {
  return ['retry-after', String(seconds)];
}

/** Answers that a request is refused; `id`: the request's own, where it is known. */
export function refuse(
  response: ServerResponse,
  { status, code, message, data, headers }: Refusal,
  id?: unknown,
): void {
  const error = { code, message, ...(data !== undefined && { data }) };
  sendJson(response, status, JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error }), headers);
}

/** Sends a whole response in one write. */
export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  headers: readonly string[] = [],
): void {
  // Whoever asked may be gone.
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, [...JSON_TYPE, 'content-length', String(Buffer.byteLength(text)), ...headers]);
  response.end(text);
}
