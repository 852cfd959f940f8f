import {
  type InitializeResult,
  SUPPORTED_PROTOCOL_VERSIONS,
  type ServerCapabilities,
} from '@modelcontextprotocol/client';
import { VERSION } from '../../base/version.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpHub } from '../hub/mcp-hub.ts';

/** The newest version of the legacy era, in which a session speaks. */
const [NEWEST = '2025-11-25'] = SUPPORTED_PROTOCOL_VERSIONS;

/** The answer to `initialize`: what the server has said of itself on this connection, as far as the session can keep it. */
export function introduction({ client, isShared }: McpConnection, asked: unknown, isPinned: boolean): InitializeResult {
  const instructions = client.getInstructions();
  const spoken = client.getProtocolEra() === 'modern' ? NEWEST : client.getNegotiatedProtocolVersion();
  return {
    protocolVersion: versionFor(asked, spoken ?? NEWEST),
    capabilities: kept(client.getServerCapabilities() ?? {}, isShared, isPinned),
    serverInfo: client.getServerVersion() ?? { name: 'rx-mcp-pool', version: VERSION },
    ...(instructions !== undefined && { instructions }),
  };
}

/** How long the answer to `initialize` waits for servers that were never read, in milliseconds. */
const READING_MS = 5000;

/**
 * The same for all servers of a hub: what they can, and what they tell of themselves as far as it is known in time. A server
 * that comes later may have lists as well, so that all of them are announced.
 */
export async function hubIntroduction({ client, catalogue }: McpHub, asked: unknown): Promise<InitializeResult> {
  await catalogue.read(READING_MS);
  const instructions = client.getInstructions();
  return {
    protocolVersion: versionFor(asked, NEWEST),
    capabilities: catalogue.isKnown ? (client.getServerCapabilities() ?? {}) : all,
    serverInfo: client.getServerVersion() ?? { name: 'rx-mcp-pool', version: VERSION },
    ...(instructions !== undefined && { instructions }),
  };
}

const listed = { listChanged: true };
const all: ServerCapabilities = {
  tools: listed,
  prompts: listed,
  resources: { ...listed, subscribe: true },
  completions: {},
  logging: {},
};

/** The version that the client asks for, where the server knows it: a server knows those before its own. */
function versionFor(asked: unknown, spoken: string): string {
  const isKnown = typeof asked === 'string' && SUPPORTED_PROTOCOL_VERSIONS.includes(asked);
  // They are dates, so the older is the smaller.
  return isKnown && asked <= spoken ? asked : spoken;
}

/**
 * A task lives on one connection, which only pins keep for the session. What is logged on a connection that several hold is
 * for nobody in particular.
 */
function kept(
  { tasks, logging, ...others }: ServerCapabilities,
  isShared: boolean,
  isPinned: boolean,
): ServerCapabilities {
  return {
    ...others,
    ...(tasks !== undefined && isPinned && { tasks }),
    ...(logging !== undefined && !isShared && { logging }),
  };
}
