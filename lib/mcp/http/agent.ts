import type { ConnectionOptions } from 'node:tls';
// Not `undici` itself: whoever imports that replaces the dispatcher of the global `fetch`, and in Bun it is a stub.
import connect from 'undici/lib/api/api-connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { HttpDispatcher } from './dispatcher.ts';

/** How the sockets to one server are opened. */
export interface AgentOptions {
  /** As `tls.connect` takes them. */
  readonly tls: ConnectionOptions | undefined;
  /** A Unix socket, in place of the host and port of the address. */
  readonly socketPath: string | undefined;
}

/** A dispatcher that has sockets. */
export interface HttpAgent extends HttpDispatcher {
  /** Ends all that is under way, at once, and its sockets. */
  destroy(): unknown;
}

/**
 * An agent of undici. It opens as many sockets as there are requests at a time, because the pool's leases bound them; each
 * has one request at a time and is kept for 4 s, or as long as the server says. Without limits of time of its own.
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (names, ports and `*`, no ranges of addresses) are heeded where they are set,
 * but for a Unix socket and for this machine.
 */
export function newAgent({ tls, socketPath }: AgentOptions): HttpAgent {
  const options = {
    connections: null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: { ...tls, ...(socketPath !== undefined && { socketPath }) },
  };
  if (socketPath !== undefined || !hasProxies()) return new Agent(options);
  return proxied({ ...options, noProxy: direct(), proxyTunnel: false, clientFactory, ...(tls && { requestTls: tls }) });
}

function proxied(options: object): HttpAgent {
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    // Its own error would quote the address, in which a password may stand.
    throw new TypeError('HTTP_PROXY or HTTPS_PROXY is no absolute address');
  }
}

/** A pool that can also open tunnels, which undici would add to all pools when it is imported as a whole. */
function clientFactory(origin: URL, options: object): Pool {
  return Object.assign(new Pool(origin, options), { connect });
}

function hasProxies(): boolean {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = process.env;
  const isSet = [http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY].some((address) => (address ?? '') !== '');
  return isSet && excepted() !== '*';
}

/** What is reached without a proxy. */
function direct(): string {
  return `${excepted()},localhost,127.0.0.1,[::1]`;
}

function excepted(): string {
  const { no_proxy, NO_PROXY } = process.env;
  return (no_proxy ?? NO_PROXY ?? '').trim();
}
