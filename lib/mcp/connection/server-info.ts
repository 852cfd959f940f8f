import type { Client } from '@modelcontextprotocol/client';
import type { ConnectionInfo } from '../../events/connection-event.ts';

/** Characters of a server's name or version that are kept: it may call itself anything, and it stands in every log. */
const LONGEST_NAME = 200;

/** What a server said when its client connected: `era`, `protocolVersion`, `server` and `serverVersion`. */
export function serverInfo(client: Client): ConnectionInfo {
  const server = client.getServerVersion();
  const info = {
    era: client.getProtocolEra(),
    protocolVersion: client.getNegotiatedProtocolVersion(),
    server: server?.name,
    serverVersion: server?.version,
  };
  const said = Object.entries(info).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(said.map(([name, value]) => [name, value.slice(0, LONGEST_NAME)]));
}
