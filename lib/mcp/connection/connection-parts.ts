import type { Client } from '@modelcontextprotocol/client';
import type { ServerRequests } from './server-requests.ts';
import type { ConnectionTransport, McpTransport } from '../transport/transport.ts';

/** What a connection consists of. */
export interface McpConnectionParts {
  readonly id: number;
  readonly client: Client;
  /** Whom it leads to. */
  readonly server: McpTransport;
  readonly transport: ConnectionTransport;
  readonly serverRequests: ServerRequests;
}
