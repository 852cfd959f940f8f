import type { AuthProvider, FetchLike, OAuthClientProvider } from '@modelcontextprotocol/client';
import { headersOf, secretsOf, withoutCredentials } from './http-address.ts';
import { checkHttpOptions } from './http-options.ts';
import { HttpTransport } from './http-transport.ts';
import type { HttpWire } from './http-wire.ts';
import { defaultMaxMessageBytes } from '../lines/framer.ts';
import { judgedFetch } from './checked-fetch.ts';
import type { MessageLimits, ServerLimits } from '../transport/limits.ts';
import { type LinkedFetch, linkedFetch } from './guarded-fetch.ts';
import { ParamHeaders } from './param-headers.ts';
import { Redactor } from '../transport/redactor.ts';
import { SharedAuth, boundFetch } from './shared-auth.ts';
import type { McpTransport } from '../transport/transport.ts';

/** Where a server listens, and how to speak to it. */
export interface StreamableHttpOptions extends MessageLimits, ServerLimits {
  /** The server's endpoint, `http:` or `https:`. A user and password in it are sent as `Authorization: Basic`. */
  readonly url: string | URL;
  /** Sent with each request to the server's origin. Their values never stand in errors, events or logs. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global `fetch`, such as one with an agent of its own. It must heed `signal`. */
  readonly fetch?: FetchLike;
  /** Where tokens come from; asked before each request, and shared by all connections: one refresh for all who wait. */
  readonly authProvider?: AuthProvider | OAuthClientProvider;
  /**
   * Whether a session that the server has forgotten is begun anew, and what was refused for it sent once more; default
   * `true`. What the server kept for the session (subscriptions, log level) is gone all the same. `false`: the connection
   * ends with `MCP_SESSION_EXPIRED`.
   */
  readonly renewSession?: boolean;
}

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
  const { authProvider, maxMessageBytes = defaultMaxMessageBytes } = options;
  const { origin, pathname } = given;
  const target = `${origin}${pathname}`;
  const headers = headersOf(given, options.headers);
  const url = withoutCredentials(given);
  const redactor = new Redactor(secretsOf(given, headers));
  const fetch = options.fetch ?? globalFetch;
  const linkedTo = (to: FetchLike): LinkedFetch => linkedFetch({ fetch: to, target, origin, headers, maxMessageBytes });
  // Where tokens come from, a proof of the token that is to be replaced has no place: `auth` makes one of its own.
  const auth = authProvider && new SharedAuth(authProvider, url, linkedTo(fetch), redactor);
  const linked = linkedTo(boundFetch(authProvider, fetch));
  return {
    url,
    target,
    fetch: judgedFetch({ fetch: linked, target, redactor, auth }),
    auth,
    redactor,
    limits: options,
  };
}

/** Looked up at each call: it may be replaced, by tests or by tracing. */
function globalFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  return fetch(url, init);
}
