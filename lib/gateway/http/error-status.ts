import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { WireError } from '../../mcp/session/wire-error.ts';
import { SERVER_ERROR, retryAfter } from './refusal.ts';

/** How a response begins that is one answer. */
export interface AnswerStatus {
  readonly status: number;
  /** Names and values in turn; `undefined`: those that it has anyway. */
  readonly headers?: readonly string[];
}

/** That of an answer like most others. */
export const OK: AnswerStatus = { status: 200 };

/** Errors that have an HTTP status of their own in the modern era; all others come with 200. */
const modern: ReadonlyMap<number, AnswerStatus> = new Map([
  [-32_601, { status: 404 }],
  [-32_020, { status: 400 }],
  [-32_021, { status: 400 }],
  [-32_022, { status: 400 }],
]);

/** The seconds after which a client may ask again when too many wait: what is short of them is soon free. */
const SOON_S = 1;
const OVERLOADED: AnswerStatus = { status: 503, headers: retryAfter(SOON_S) };

/** The status of an answer to a client of the modern era that is an error. */
export function modernStatusOf(error: WireError): AnswerStatus {
  return isOverload(error) ? OVERLOADED : (modern.get(error.code) ?? OK);
}

/** The status of an answer to a client of the legacy era, whose errors are told in the body alone unless too many wait. */
export function legacyStatusOf(answer: JSONRPCMessage): AnswerStatus {
  return 'error' in answer && isOverload(answer.error) ? OVERLOADED : OK;
}

/** Whether the pool has refused the request, since too many wait for a connection: it never came to a server. */
function isOverload({ code, data }: WireError): boolean {
  return code === SERVER_ERROR && Reflect.get(Object(data) as object, 'code') === 'POOL_OVERLOADED';
}
