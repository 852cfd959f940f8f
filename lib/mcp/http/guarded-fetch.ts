import type { FetchLike } from '@modelcontextprotocol/client';
import { type BodyEnd, eachEvent, guardedBody, wholeBody } from './body-guard.ts';
import { HttpUnreachableError } from './http-unreachable.ts';

/** What every request to a server shares. */
interface GuardedFetchOptions {
  readonly fetch: FetchLike;
  readonly target: string;
  /** Whose requests get the headers: they hold what other servers must not see. */
  readonly origin: string;
  /** Added to those that a request has already. */
  readonly headers: Readonly<Record<string, string>>;
  readonly maxMessageBytes: number;
}

/** Like `fetch`, and tells how the body ended. */
export type GuardedFetch = (url: string | URL, init?: RequestInit, ended?: BodyEnd) => Promise<Response>;

/**
 * A `fetch` that gives each request a signal of its own, linked to the one it was called with until its body has been read,
 * cancelled or failed: a signal shared by thousands of requests would gather their listeners, of which Node warns at
 * 1 500. Bodies are limited, and a server that is not reached is named.
 */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  return async (url, init = {}, ended = () => undefined) => {
    const link = linkTo(init.signal);
    const end: BodyEnd = (fault) => {
      link.free();
      ended(fault);
    };
    try {
      const headers = withHeaders(url, init.headers, options);
      const response = await options.fetch(url, { ...init, headers, signal: link.signal });
      return guarded(response, options.maxMessageBytes, end);
    } catch (error) {
      end(error);
      throw link.signal.aborted ? error : new HttpUnreachableError(options.target, error);
    }
  };
}

interface Link {
  readonly signal: AbortSignal;
  free(): void;
}

function linkTo(parent: AbortSignal | null | undefined): Link {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(parent?.reason);
  };
  if (parent?.aborted === true) abort();
  else parent?.addEventListener('abort', abort);
  const free = (): void => {
    parent?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, free };
}

function withHeaders(url: string | URL, given: RequestInit['headers'], options: GuardedFetchOptions): Headers {
  const headers = new Headers(given);
  if (new URL(url).origin !== options.origin) return headers;
  for (const [name, value] of Object.entries(options.headers)) if (!headers.has(name)) headers.set(name, value);
  return headers;
}

function guarded(response: Response, maxMessageBytes: number, end: BodyEnd): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) {
    end();
    return response;
  }
  const check = isEventStream(response) ? eachEvent(maxMessageBytes) : wholeBody(maxMessageBytes);
  return new Response(guardedBody(body, check, end), { status, statusText, headers });
}

/** Whether the body is a stream of server-sent events. */
export function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}
