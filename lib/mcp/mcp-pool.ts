import type { Pool } from '../contract.ts';
import { checkObject } from '../durations.ts';
import type { PoolOptions } from '../options.ts';
import { createPool } from '../pool.ts';
import { type McpClient, pooledClient } from './client.ts';
import type { McpConnection } from './connection.ts';
import { type McpConnectorOptions, type McpEndpoint, connectorOf } from './connector.ts';

/** The options of `createPool`, with the transport in place of the functions that open and close connections. */
export interface McpPoolOptions
  extends
    Omit<PoolOptions<McpConnection, McpEndpoint>, 'connect' | 'close' | 'down' | 'check' | 'notices'>,
    McpConnectorOptions {
  /** `false`: the same object without pooling, a fresh connection for each request. */
  readonly pool?: boolean;
}

/** A pool of connections to one MCP server. */
export interface McpPool extends Pool<McpConnection> {
  /** The requests of the SDK's `Client`, each through the pool. */
  readonly client: McpClient;
}

/**
 * Opens a pool of connections to the server that `transport` reaches, or to those of `endpoints$`. The server's health is checked by `ping`, or by
 * `server/discover` on connections of the 2026-07-28 protocol. Throws a `TypeError` or `RangeError` for bad options.
 */
export function createMcpPool(options: McpPoolOptions): McpPool {
  checkObject('options', options);
  checkTransport(options);
  const pool = createPool<McpConnection, McpEndpoint>({ ...options, ...sizesOf(options), ...connectorOf(options) });
  return Object.assign(pool, { client: pooledClient(pool) });
}

function checkTransport({ transport, endpoints$ }: McpPoolOptions): void {
  if (endpoints$ !== undefined && transport !== undefined)
    throw new TypeError('choose one of transport and endpoints$');
  const create: unknown = Reflect.get(Object(transport) as object, 'create');
  if (endpoints$ === undefined && typeof create !== 'function') {
    throw new TypeError('transport must be made by tcp() or stdio()');
  }
}

function sizesOf({ transport, pool, minSize, maxSize, maxConnecting }: McpPoolOptions): Partial<PoolOptions<unknown>> {
  const largest = maxSize ?? Math.max(transport?.kind === 'stdio' ? 16 : 1000, minSize ?? 0);
  if (pool === false) {
    return {
      minSize: 0,
      maxSize: largest,
      maxUses: 1,
      maxLeasesPerConnection: 1,
      maxConnecting: maxConnecting ?? largest,
    };
  }
  return transport?.kind === 'stdio' ? { minSize: minSize ?? Math.min(1, largest), maxSize: largest } : {};
}
