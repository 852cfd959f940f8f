import { onTestFinished } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type Subscribed, type TellingServer, startTellingServer } from './telling-server.ts';

/** A pool that is closed when the test is over. */
export function openPool(options: McpPoolOptions): McpPool {
  const pool = createMcpPool(options);
  onTestFinished(() => pool.close());
  return pool;
}

/** A pool of one connection to a telling server; both end with the test. */
export async function tellingPool(
  options: McpPoolOptions = {},
  subscribed?: Subscribed,
): Promise<{ pool: McpPool; server: TellingServer }> {
  const server = await startTellingServer(subscribed);
  onTestFinished(() => server.stop());
  const pool = openPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, ...options });
  return { pool, server };
}
