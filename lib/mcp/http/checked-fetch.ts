import { beginningOf } from './body-guard.ts';
import { HttpStatusError, isJsonRpcError } from '../failures/http-status-error.ts';
import type { GuardedFetch } from './guarded-fetch.ts';
import type { Redactor } from '../transport/redactor.ts';
import { parseRetryAfter } from './retry-after.ts';
import { SessionExpiredError } from '../failures/session-expired.ts';
import { isSessionRefusal } from './session-refusal.ts';
import type { SharedAuth } from './shared-auth.ts';

/** Bytes of an answer of failure that are looked at. */
const MOST_BYTES = 64 * 1024;

/** What is needed to judge the answers of one server. */
interface CheckOptions {
  readonly fetch: GuardedFetch;
  readonly target: string;
  readonly redactor: Redactor;
  readonly auth: SharedAuth | undefined;
}

/**
 * A `fetch` that rejects where the server answers a message with a status of failure: the error says which server, which
 * status and when to come again, and whether the session has expired. What the SDK can do something about is left to it:
 * a 401 or 403 where there is a provider of tokens, and an error of JSON-RPC.
 */
export function checkedFetch({ fetch, target, redactor, auth }: CheckOptions): GuardedFetch {
  return async (url, init, ended) => {
    const response = await fetch(url, init, ended);
    const { status, statusText, headers } = response;
    if (response.ok || init?.method !== 'POST' || isRedirect(status)) return response;
    if (auth?.canHelp(response) === true) {
      auth.noteUse(response, new Headers(init.headers).get('authorization'));
      return response;
    }
    const text = await beginningOf(response.body, MOST_BYTES);
    const hasSession = new Headers(init.headers).has('mcp-session-id');
    if (hasSession && isSessionRefusal(status, text)) throw new SessionExpiredError(target);
    // As the server wrote it, for it may be an answer; what is secret is struck out of that when it has been read.
    if (status === 400 && text.startsWith('{')) return new Response(text, { status, statusText, headers });
    const restMs = status === 429 || status === 503 ? restOf(headers) : undefined;
    const isAnswer = isJsonRpcError(text);
    const told = { statusText: redactor.text(statusText), text: redactor.text(text) };
    throw new HttpStatusError(target, { status, ...told, restMs, isAnswer });
  };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function restOf(headers: Headers): number | undefined {
  return parseRetryAfter(headers.get('retry-after'), Date.now());
}
