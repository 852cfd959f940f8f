import { redisAllowance } from '../../cluster/redis-allowance.ts';
import type { NodeRedisClient } from '../../cluster/redis-client.ts';
import type { ConfiguredServer } from '../../mcp/config/configured-server.ts';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import { CommandError } from '../command-error.ts';

/** The Redis that all nodes of a gateway have. */
export interface SharedRedis {
  readonly client: NodeRedisClient;
  /** What all nodes call the gateway. */
  readonly name: string;
}

/** The servers with connections that keep to their caps, over all nodes of the gateway. */
export function cappedIn(config: McpConfig, redis: SharedRedis | undefined): McpConfig {
  if (redis === undefined) return config;
  return { ...config, servers: config.servers.map((server) => capped(server, redis)) };
}

/** Throws where a server has a cap, and there is no Redis that keeps it; a client over stdio has no other nodes beside it. */
export function checkCaps(
  { servers }: McpConfig,
  { clientStdio = false }: { readonly clientStdio?: boolean },
  redis: object | undefined,
): void {
  if (redis !== undefined || clientStdio) return;
  const capped = servers.find((server) => server.status === 'ready' && server.cap !== undefined);
  if (capped !== undefined) throw new CommandError(`${capped.name}: pool.cap needs gateway.replicas.redis`);
}

function capped(server: ConfiguredServer, { client, name }: SharedRedis): ConfiguredServer {
  if (server.status !== 'ready' || server.cap === undefined) return server;
  // Braces have a meaning of their own in the names of keys.
  const key = `${name}/${encodeURIComponent(server.name)}`;
  const allowance = redisAllowance({ redis: client, name: key, cap: server.cap });
  return { ...server, options: { ...server.options, allowance } };
}
