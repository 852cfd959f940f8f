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
/** The same where others have all the connections: some of them may be idle by then, and yield one. */
const LATER_S = 5;
const WITHOUT_SHARE: AnswerStatus = { status: 503, headers: retryAfter(LATER_S) };

/** The status of an answer to a client of the modern era that is an error. */
export function modernStatusOf(error: WireError): AnswerStatus {
  return shortageOf(error) ?? modern.get(error.code) ?? OK;
}

/** The status of an answer to a client of the legacy era, whose errors are told in the body alone unless connections are short. */
export function legacyStatusOf(answer: JSONRPCMessage): AnswerStatus {
  return ('error' in answer ? shortageOf(answer.error) : undefined) ?? OK;
}

/**
 * The status of a request that never came to a server: too many wait for a connection, or the pool may have none at present,
 * since the pools that it shares a bound with have all of them. `undefined` for all other errors.
 */
function shortageOf({ code, data }: WireError): AnswerStatus | undefined {
  if (code !== SERVER_ERROR) return undefined;
  const { code: own, allowed } = Object(data) as { readonly code?: unknown; readonly allowed?: unknown };
  if (own === 'POOL_OVERLOADED') return OVERLOADED;
  return own === 'POOL_CHECKOUT_TIMEOUT' && allowed === 0 ? WITHOUT_SHARE : undefined;
}
