import type { HttpDispatcher } from './dispatcher.ts';
import { dispatcherFetch } from './dispatcher-fetch.ts';
import { fetchDispatcher } from './fetch-dispatcher.ts';
import { foreignDispatcher, globalDispatcher } from './foreign-dispatcher.ts';
import { wireHeaders } from './headers.ts';
import { headersOf, secretsOf, withoutCredentials } from './http-address.ts';
import { checkHttpOptions, type StreamableHttpOptions } from './http-options.ts';
import { HttpTransport } from './http-transport.ts';
import type { HttpWire } from './http-wire.ts';
import { SharedAgent } from './shared-agent.ts';
import { SharedAuth, boundFetch } from './shared-auth.ts';
import { tokenFetch } from './token-fetch.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../transport/limits.ts';
import { ParamHeaders } from '../transport/param-headers.ts';
import { Redactor } from '../transport/redactor.ts';
import { tlsOptions } from '../transport/tls-options.ts';
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
  const { authProvider, tls, path: socketPath, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  const { origin, pathname } = given;
  const target = `${origin}${pathname}`;
  const headers = headersOf(given, options.headers);
  const url = withoutCredentials(given);
  const redactor = new Redactor(secretsOf(given, headers));
  const agent = new SharedAgent({ origin, tls: tls && tlsOptions(tls), socketPath });
  const dispatcher = dispatcherOf(options, agent);
  const fetch = options.fetch ?? dispatcherFetch(dispatcher);
  // Where tokens come from, a proof of the token that is to be replaced has no place: `auth` makes one of its own.
  const tokens = tokenFetch({ fetch, target, origin, headers, maxMessageBytes });
  const bound = boundFetch(authProvider, fetch);
  return {
    origin,
    path: url.pathname + url.search,
    target,
    dispatcher: bound === fetch ? dispatcher : fetchDispatcher(bound),
    agent,
    headers: wireHeaders(headers),
    auth: authProvider && new SharedAuth(authProvider, url, tokens, redactor),
    redactor,
    limits: options,
  };
}

/** The `fetch` before anybody could replace it. */
const originalFetch = globalThis.fetch;
/** The one that has replaced it; looked up at each call, for tests put it back. */
const replacedFetch = fetchDispatcher((url, init) => globalThis.fetch(url, init));

/** What carries the requests: what the user wants for this server, or for everything, or else the agent. */
function dispatcherOf({ dispatcher, fetch, tls, path }: StreamableHttpOptions, agent: SharedAgent): HttpDispatcher {
  if (dispatcher !== undefined) return foreignDispatcher(dispatcher);
  if (fetch !== undefined) return fetchDispatcher(fetch);
  // Nothing that is for everything knows of these.
  if (tls !== undefined || path !== undefined) return agent;
  return {
    dispatch(request, handler) {
      const now = globalThis.fetch === originalFetch ? (globalDispatcher() ?? agent) : replacedFetch;
      return now.dispatch(request, handler);
    },
  };
}
