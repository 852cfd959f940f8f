import {
  Client,
  type ClientOptions,
  type Implementation,
  InMemoryResponseCacheStore,
} from '@modelcontextprotocol/client';
import { EMPTY, Observable, concat, defer } from 'rxjs';
import type { Connector } from '../supply/connector.ts';
import type { Endpoint } from '../supply/endpoint.ts';
import { McpConnection } from './connection.ts';
import { isPermanent } from './permanent-failure.ts';
import { isTimeout } from './request-timeout.ts';
import type { McpTransport } from './transport.ts';
import { version } from './version.ts';

/** One of several servers that do the same. */
export interface McpEndpoint extends Endpoint {
  readonly transport: McpTransport;
}

/** How connections to one MCP server are made. */
export interface McpConnectorOptions extends Pick<
  Connector<McpConnection>,
  'warm' | 'isPermanent' | 'isTimeout' | 'restMs'
> {
  /** How long closing one connection may take, force included, 5000 ms. */
  readonly closeTimeoutMs?: number;
  /** `tcp(...)` or `stdio(...)`. With stdio `minSize` is 1 and `maxSize` 16 when left out: each is a process. */
  readonly transport?: McpTransport;
  /** In place of `transport`: several servers that do the same, each with its own. */
  readonly endpoints$?: Observable<readonly McpEndpoint[]>;
  /** Who the client says it is; this package when left out. */
  readonly clientInfo?: Implementation;
  /** Of each connection's SDK client: capabilities, protocol versions and the like. */
  readonly clientOptions?: ClientOptions;
  /** Called with each SDK client before it connects, to set handlers for what servers ask or tell. */
  readonly onClient?: (client: Client) => void;
}

/**
 * MCP connections for a pool. `connect` only makes the object, and `warm` starts and initialises it: so `close` is called,
 * and waited for, also where that was given up half-way, and no process or socket outlives the pool.
 */
export function connectorOf(options: McpConnectorOptions): Connector<McpConnection, McpEndpoint> {
  // Connections to one server share what its lists say of themselves.
  const responseCacheStore = new InMemoryResponseCacheStore();
  const clientOptions = { responseCacheStore, ...options.clientOptions };
  const politeMs = politeWithin(options.closeTimeoutMs);
  const newClient = (): Client =>
    new Client(options.clientInfo ?? { name: 'rx-mcp-pool', version }, { ...clientOptions });
  return {
    connect: ({ id, endpoint }: { id: number; endpoint?: McpEndpoint }) =>
      connect(options, endpoint?.transport ?? options.transport, newClient(), id),
    warm: (connection) =>
      concat(
        defer(() => connection.open()),
        defer(() => options.warm?.(connection) ?? EMPTY),
      ),
    close: (connection) => close(connection, politeMs),
    down: (connection) => connection.closed$,
    check: (connection) => connection.check(),
    notices: (connection) => connection.noticed$,
    isPermanent: options.isPermanent ?? isPermanent,
    isTimeout: options.isTimeout ?? isTimeout,
  };
}

/** Of the time that a close may take, this much is kept for the end of a group that has been killed, in milliseconds. */
const forceMs = 200;

/** How long a close may be polite where it may take so long in all; 0 and Infinity mean for ever. */
function politeWithin(closeTimeoutMs = 5000): number {
  if (closeTimeoutMs === 0 || closeTimeoutMs === Infinity) return Infinity;
  return Math.max(closeTimeoutMs / 2, closeTimeoutMs - forceMs);
}

/** Politely, then by force: whoever waits for it finds no process left, while the pool would drop it and go. */
async function close(connection: McpConnection, politeMs: number): Promise<void> {
  const kill = (): void => {
    connection.kill();
  };
  const timer = politeMs === Infinity ? undefined : setTimeout(kill, politeMs);
  try {
    await connection.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Emits the connection at once, not yet opened; unsubscribing ends it by force, which after a close is too late to matter. */
function connect(
  options: McpConnectorOptions,
  reached: McpTransport | undefined,
  client: Client,
  id: number,
): Observable<McpConnection> {
  return new Observable((subscriber) => {
    if (reached === undefined) throw new TypeError('the endpoint has no transport');
    const transport = reached.create();
    options.onClient?.(client);
    subscriber.next(new McpConnection(id, client, transport));
    return () => {
      transport.kill();
    };
  });
}
