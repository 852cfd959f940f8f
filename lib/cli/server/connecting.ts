import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';
import type { McpTransport } from '../../mcp/transport/transport.ts';
import type { ChosenServer } from './chosen-server.ts';

/** How a connection is opened, whatever pool it is for: as the server's file says, and a program may have to be downloaded. */
export function connecting(transport: McpTransport, server: ChosenServer | undefined): McpPoolOptions {
  const { era, clientInfo, connectTimeoutMs = transport.kind === 'stdio' ? 60_000 : 10_000 } = server?.options ?? {};
  return { transport, connectTimeoutMs, ...(era && { era }), ...(clientInfo && { clientInfo }) };
}
