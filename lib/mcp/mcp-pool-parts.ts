import type { Pool } from '../pool/pool.ts';
import type { McpConnection } from './connection/connection.ts';
import { KnownServers } from './connection/known-servers.ts';
import type { Sharing } from './connection/sharing.ts';
import { isWorthRetrying, wasRefused } from './failures/refusal.ts';
import { restMsOf } from './http/retry-after.ts';
import type { McpPoolOptions } from './mcp-pool-options.ts';
import { McpRetry } from './requests/retry.ts';
import { orWanted } from './wanted-connection.ts';

/** What the options of the pool are by who may share a connection. */
export function sharedBy(
  options: McpPoolOptions,
  sharing: Sharing,
): Pick<McpPoolOptions, 'strategy' | 'maxLeasesPerConnection' | 'pinIdleMs'> {
  const { mode, pinIdleMs, maxLeasesPerConnection } = sharing;
  return {
    ...strategyOf(options, sharing),
    maxLeasesPerConnection: options.pool === false ? 1 : maxLeasesPerConnection,
    ...(mode === 'pinned' && { pinIdleMs }),
  };
}

/** In the modern era some requests are for one connection only. With pins they are anyway. */
function strategyOf({ era = 'legacy', strategy }: McpPoolOptions, { mode }: Sharing): Pick<McpPoolOptions, 'strategy'> {
  return era === 'legacy' || mode === 'pinned' ? {} : { strategy: orWanted(strategy) };
}

/** What is known of servers; kept apart by connection with pins, as each belongs to somebody. */
export function serversOf({ clientOptions }: McpPoolOptions, { mode }: Sharing): KnownServers {
  return new KnownServers({
    isEachApart: mode === 'pinned',
    responseCacheStore: clientOptions?.responseCacheStore,
    jsonSchemaValidator: clientOptions?.jsonSchemaValidator,
  });
}

/** Which requests are asked again; `undefined` where none are. */
export function retryOf(
  { retry = {}, endpoints$ }: McpPoolOptions,
  { mode }: Sharing,
  servers: KnownServers,
): McpRetry | undefined {
  if (retry === false) return undefined;
  return new McpRetry(retry, {
    servers,
    refusals: { wasRefused, isWorthRetrying, restMsOf },
    mayRetry: mode !== 'pinned',
    hasEndpoints: endpoints$ !== undefined,
    random: Math.random,
  });
}

/** Whether somebody has a lease of this connection. */
export function isLeased({ state }: Pool<McpConnection>, id: number): boolean {
  for (const record of state.connections) if (record.id === id) return record.leases > 0;
  return false;
}
