import { isSignOfLife } from '../../mcp/connection/sign-of-life.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import type { FreshConnection } from '../server/fresh-connections.ts';

/** The server that is looked at, and how. */
export interface Subject {
  readonly kind: 'tcp' | 'stdio' | 'http' | 'custom';
  /** How a connection to it is opened. */
  readonly options: McpPoolOptions;
  /** The call of a tool that may be made; absent: none. */
  readonly probe: McpRequest | undefined;
  /** A request that costs little and is answered. */
  readonly cheap: McpRequest;
  /** Connections that may be open at once. */
  readonly most: number;
}

/** How long one call may take, in milliseconds. */
export const CALL_MS = 30_000;

/** Resolves when the server has answered on this connection, be it with an error. */
export async function askForLife({ call }: FreshConnection, { cheap }: Subject, timeoutMs: number): Promise<void> {
  await call(cheap, timeoutMs).catch((error: unknown) => {
    if (!isSignOfLife(error)) throw error;
  });
}

/** What a request is called, for people. */
export function nameOf({ method, params }: McpRequest): string {
  return method === 'tools/call' ? String(params?.['name']) : method;
}
