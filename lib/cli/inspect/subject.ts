import type { McpConnection } from '../../mcp/connection/connection.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';

/** The server that is looked at, and how. */
export interface Subject {
  readonly kind: 'tcp' | 'stdio' | 'http' | 'custom';
  /** How a connection to it is opened. */
  readonly options: McpPoolOptions;
  /** The call that may be made of it; absent: none. */
  readonly probe: McpRequest | undefined;
  /** Connections that may be open at once. */
  readonly most: number;
}

/** A request that costs little: the tool that may be called, or what every server must answer. */
export function cheapRequest({ probe }: Subject, connection: McpConnection): McpRequest {
  if (probe !== undefined) return probe;
  return { method: connection.client.getProtocolEra() === 'modern' ? 'tools/list' : 'ping' };
}

/** What the cheap request is called, for people. */
export function nameOf({ method, params }: McpRequest): string {
  return method === 'tools/call' ? String(params?.['name']) : method;
}

/** How long one call may take, in milliseconds. */
export const CALL_MS = 30_000;
