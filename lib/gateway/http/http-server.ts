import { type RequestListener, type Server, createServer } from 'node:http';

/** How long a connection is kept that asks for nothing, in milliseconds: longer than most clients and proxies keep it. */
const KEEP_ALIVE_MS = 65_000;

/** How long a request may take to come in, headers and body together. */
export interface RequestPatience {
  /** Beyond it is refused with 408, in milliseconds: 10 000. */
  readonly requestMs?: number;
  /** How often it is looked for requests that take longer, in milliseconds: 1000. */
  readonly lookMs?: number;
}

/** The HTTP server of a gateway: whoever sends a request too slowly, or is gone, does not hold a connection for ever. */
export function httpServer(
  answer: RequestListener,
  { requestMs = 10_000, lookMs = 1000 }: RequestPatience = {},
): Server {
  const options = {
    noDelay: true,
    keepAlive: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: lookMs,
  };
  return createServer(options, answer);
}
