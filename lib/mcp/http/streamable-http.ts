import type { FetchLike } from '@modelcontextprotocol/client';
import { headersOf, secretsOf, withoutCredentials } from './http-address.ts';
import { checkHttpOptions, type StreamableHttpOptions } from './http-options.ts';
import { HttpTransport } from './http-transport.ts';
import type { HttpWire } from './http-wire.ts';
import { checkedFetch } from './checked-fetch.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../transport/limits.ts';
import { type GuardedFetch, guardedFetch } from './guarded-fetch.ts';
import { ParamHeaders } from '../transport/param-headers.ts';
import { Redactor } from '../transport/redactor.ts';
import { SharedAuth, boundFetch } from './shared-auth.ts';
import type { McpTransport } from '../transport/transport.ts';

/**
 * MCP over Streamable HTTP, in the legacy era with its sessions and in the modern one. Throws a TypeError or RangeError for
 * options that make no sense. A server that cannot be reached, or refuses, rejects what was sent with an error that names
 * it and its code or status; it does not end the connection, which has no socket of its own.
 */
export function streamableHttp(options: StreamableHttpOptions): McpTransport {
  const wire = wireOf(checkHttpOptions(options), options);
  const { renewSession = true } = options;
  return {
    kind: 'http',
    target: wire.target,
    create: (needs) => {
      // Whoever asks without a pool has headers of its own.
      const { params = new ParamHeaders() } = needs ?? {};
      return new HttpTransport({ ...wire, params }, { renewSession: renewSession && needs?.renewSession !== false });
    },
  };
}

function wireOf(given: URL, options: StreamableHttpOptions): Omit<HttpWire, 'params'> {
  const { authProvider, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  const { origin, pathname } = given;
  const target = `${origin}${pathname}`;
  const headers = headersOf(given, options.headers);
  const url = withoutCredentials(given);
  const redactor = new Redactor(secretsOf(given, headers));
  const fetch = options.fetch ?? globalFetch;
  const linkedTo = (to: FetchLike): GuardedFetch =>
    guardedFetch({ fetch: to, target, origin, headers, maxMessageBytes });
  // Where tokens come from, a proof of the token that is to be replaced has no place: `auth` makes one of its own.
  const auth = authProvider && new SharedAuth(authProvider, url, linkedTo(fetch), redactor);
  const linked = linkedTo(boundFetch(authProvider, fetch));
  return {
    url,
    target,
    fetch: checkedFetch({ fetch: linked, target, redactor, auth }),
    auth,
    redactor,
    limits: options,
  };
}

/** Looked up at each call: it may be replaced, by tests or by tracing. */
function globalFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  return fetch(url, init);
}
