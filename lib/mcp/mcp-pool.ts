import {
  Client,
  type ClientOptions,
  type Implementation,
  InMemoryResponseCacheStore,
} from '@modelcontextprotocol/client';
import { Observable } from 'rxjs';
import type { Pool } from '../contract.ts';
import type { PoolOptions } from '../options.ts';
import { createPool } from '../pool.ts';
import { type McpClient, pooledClient } from './client.ts';
import { McpConnection } from './connection.ts';
import type { McpTransport } from './transport.ts';
import { version } from './version.ts';

/** The options of `createPool`, with the transport in place of the functions that open and close connections. */
export interface McpPoolOptions extends Omit<PoolOptions<McpConnection>, 'connect' | 'close' | 'down' | 'check'> {
  /** `tcp(...)` or `stdio(...)`. With stdio `minSize` is 1 and `maxSize` 16 when left out: each is a process. */
  readonly transport: McpTransport;
  /** `false`: the same object without pooling, a fresh connection for each request. */
  readonly pool?: boolean;
  /** Who the client says it is; this package when left out. */
  readonly clientInfo?: Implementation;
  /** Of each connection's SDK client: capabilities, protocol versions and the like. */
  readonly clientOptions?: ClientOptions;
  /** Called with each SDK client before it connects, to set handlers for what servers ask or tell. */
  readonly onClient?: (client: Client) => void;
}

/** A pool of connections to one MCP server. */
export interface McpPool extends Pool<McpConnection> {
  /** The requests of the SDK's `Client`, each through the pool. */
  readonly client: McpClient;
}

/**
 * Opens a pool of connections to the server that `transport` reaches. The server's health is checked by `ping`, or by
 * `server/discover` on connections of the 2026-07-28 protocol. Throws a `TypeError` or `RangeError` for bad options.
 */
export function createMcpPool(options: McpPoolOptions): McpPool {
  const { transport } = options;
  const create: unknown = Reflect.get(Object(transport) as object, 'create');
  if (typeof create !== 'function') throw new TypeError('transport must be made by tcp() or stdio()');
  // Connections to one server share what its lists say of themselves.
  const responseCacheStore = new InMemoryResponseCacheStore();
  const newClient = (): Client =>
    new Client(options.clientInfo ?? { name: 'rx-mcp-pool', version }, {
      responseCacheStore,
      ...options.clientOptions,
    });
  const pool = createPool<McpConnection>({
    ...options,
    ...sizesOf(options),
    connect: ({ id, signal }) => connect(options, newClient(), id, signal),
    close: (connection) => connection.close(),
    down: (connection) => connection.closed$,
    check: (connection) => connection.check(),
  });
  return Object.assign(pool, { client: pooledClient(pool) });
}

function sizesOf({ transport, pool, minSize, maxSize, maxConnecting }: McpPoolOptions): Partial<PoolOptions<unknown>> {
  const largest = maxSize ?? Math.max(transport.kind === 'stdio' ? 16 : 1000, minSize ?? 0);
  if (pool === false) {
    return {
      minSize: 0,
      maxSize: largest,
      maxUses: 1,
      maxLeasesPerConnection: 1,
      maxConnecting: maxConnecting ?? largest,
    };
  }
  return transport.kind === 'stdio' ? { minSize: minSize ?? Math.min(1, largest), maxSize: largest } : {};
}

/** Emits the connection once it is initialised; unsubscribing ends it by force, which after a close is too late to matter. */
function connect(options: McpPoolOptions, client: Client, id: number, signal: AbortSignal): Observable<McpConnection> {
  return new Observable((subscriber) => {
    const transport = options.transport.create();
    options.onClient?.(client);
    client.connect(transport, { signal }).then(
      () => {
        subscriber.next(new McpConnection(id, client, transport));
      },
      (error: unknown) => {
        // The SDK says "connection closed" where the transport knows why.
        subscriber.error(transport.failure ?? error);
      },
    );
    return () => {
      transport.kill();
    };
  });
}
