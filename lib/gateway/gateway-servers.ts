import { checkObject } from '../base/durations.ts';
import { type ServedPoolOptions, sharingAll, withoutAuto } from '../mcp/config/auto-sharing.ts';
import type { ConfiguredServer } from '../mcp/config/configured-server.ts';
import { checkPoolOptions } from '../mcp/config/pool-keys.ts';
import type { McpConfig } from '../mcp/config/read-config.ts';
import { serversIn } from '../mcp/hub/mcp-hub.ts';

/** The servers of a gateway: those of a configuration, or the options of a pool for each name. */
export type GatewayServers = McpConfig | Readonly<Record<string, ServedPoolOptions>>;

/** The servers, each ready to be pooled. Throws a `TypeError` for options that make no sense. */
export function gatewayServers(given: GatewayServers): readonly ConfiguredServer[] {
  checkObject('servers', given);
  return serversIn(given as McpConfig).map(decided);
}

/** The server of a program, which may leave it to the gateway who shares connections. */
function decided(server: ConfiguredServer): ConfiguredServer {
  if (server.status !== 'ready') return server;
  const { options, shared } = withoutAuto(server.options);
  if (shared === undefined) return server;
  checkPoolOptions(sharingAll(options, shared));
  return { ...server, options, shared };
}
