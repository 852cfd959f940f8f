import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client';
import { HttpStatusError, isJsonRpcError } from '../failures/http-status-error.ts';
import { SessionExpiredError } from '../failures/session-expired.ts';
import { AnswerLostError, describeResponse } from './answer-lost.ts';
import { type HttpHeaders, headerOf } from './dispatcher.ts';
import type { HttpWire } from './http-wire.ts';
import type { Outgoing } from './outgoing.ts';
import { parseRetryAfter } from './retry-after.ts';
import { sessionRefusal } from './session-refusal.ts';
import { sortMessage } from './sort-message.ts';

/** A response that holds no messages, and the beginning of its body. */
export interface Refused {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** What was refused. */
interface Asked {
  readonly wire: HttpWire;
  /** Where it was sent to. */
  readonly path: string;
  readonly out: Outgoing;
  readonly hasSession: boolean;
}

/**
 * What a response of failure means: the answer to the request, which some servers send with 400; or an error that says
 * which server and which status it was, when to come again, and whether the session has expired.
 */
export function judged(refused: Refused, asked: Asked): JSONRPCMessage | Error {
  const { status, text } = refused;
  const { target } = asked.wire;
  const failure = failureOf(refused, asked);
  if (asked.out.verb === 'POST') {
    const refusal = asked.hasSession ? sessionRefusal(status, text, asked.out.id) : 'no';
    if (refusal === 'known') return new SessionExpiredError(target);
    // In a session that was begun for it a refusal that says nothing of sessions is none.
    if (refusal === 'likely' && asked.out.isAgain !== true) return new SessionExpiredError(target, undefined, failure);
    return (status === 400 ? answerIn(text, asked.out.id) : undefined) ?? failure;
  }
  return failure;
}

/** The error that stands in the body of a response of failure, where that is about the request of this id. */
function answerIn(text: string, id: RequestId | undefined): JSONRPCMessage | undefined {
  try {
    const sorted = sortMessage(JSON.parse(text), id);
    return sorted.kind === 'answer' && 'error' in sorted.message ? sorted.message : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(refused: Refused, asked: Asked): Error {
  const { status, headers } = refused;
  const { target, redactor } = asked.wire;
  const redirect = unfollowed(refused, asked);
  const statusText = redactor.text(refused.statusText);
  const text = redactor.text(redirect ?? refused.text);
  const isAnswer = isJsonRpcError(text);
  // A gateway that has lost the server: what has become of the request is as unknown to it as to anybody.
  if (asked.out.verb === 'POST' && (status === 502 || status === 504) && !isAnswer) {
    return new AnswerLostError(target, describeResponse(status, headerOf(headers, 'content-type'), text));
  }
  const retryAfter = headerOf(headers, 'retry-after') ?? null;
  const restMs = status === 429 || status === 503 ? parseRetryAfter(retryAfter, Date.now()) : undefined;
  return new HttpStatusError(target, { status, statusText, text, restMs, isAnswer });
}

/** Of a redirect that was not followed, in words for people, without what may be secret in its address. */
function unfollowed({ status, headers }: Refused, { wire, path }: Asked): string | undefined {
  const to = status >= 300 && status < 400 ? placeOf(headers, new URL(path, wire.origin)) : undefined;
  return (
    to && `redirect to ${to.origin}${to.pathname} not followed; use that address if it is the server that is meant`
  );
}

/** The place that a redirect names, if it names one. */
export function placeOf(headers: HttpHeaders, from: URL): URL | undefined {
  const location = headerOf(headers, 'location');
  return location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}
