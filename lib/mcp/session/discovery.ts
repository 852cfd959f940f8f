import { SERVER_INFO_META_KEY, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/client';
import { VERSION } from '../../base/version.ts';
import type { McpConnection } from '../connection/connection.ts';

/** The versions that a client may speak with a pool: those of both eras, whatever its servers speak. */
export const VERSIONS: readonly string[] = ['2026-07-28', ...SUPPORTED_PROTOCOL_VERSIONS];

/** What a server of the modern era answers to `server/discover`, with the versions that may be spoken here. */
export function discovered(result: unknown): unknown {
  return { ...(Object(result) as object), supportedVersions: VERSIONS };
}

/** The answer to `server/discover` for a server of the legacy era, which does not know it. */
export function discovery({ client }: McpConnection): object {
  const instructions = client.getInstructions();
  const { tasks, ...capabilities } = client.getServerCapabilities() ?? {};
  return {
    resultType: 'complete',
    supportedVersions: VERSIONS,
    capabilities,
    ttlMs: 0,
    cacheScope: 'private',
    ...(instructions !== undefined && { instructions }),
    _meta: { [SERVER_INFO_META_KEY]: client.getServerVersion() ?? { name: 'rx-mcp-pool', version: VERSION } },
  };
}
