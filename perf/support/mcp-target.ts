import { map } from 'rxjs';
import { type Strategy, withConnection } from '../../lib/index.ts';
import { createMcpPool } from '../../lib/mcp/index.ts';
import type { McpConnection, McpPool, McpRequest, McpTransport } from '../../lib/mcp/index.ts';
import { type Target, readingOf } from './target.ts';

/** Which server, and how it is used. */
export interface McpTargetOptions {
  readonly transport: McpTransport;
  /** What is called. */
  readonly call: (request: number) => McpRequest;
  /** How many connections the pool has; without a pool, how many there are at once at most. */
  readonly connections: number;
  readonly strategy?: Strategy;
}

/** Calls over a pool of a fixed size, with all its connections up. */
export async function mcpPool({ call, connections, ...options }: McpTargetOptions): Promise<Target> {
  const pool = createMcpPool({ ...options, minSize: connections, maxSize: connections, maxConnecting: 50, seed: 1 });
  // A server that cannot be reached rejects this, and must not leave the pool to try for ever.
  await pool.ready().catch(async (error: unknown) => {
    await pool.close({ timeoutMs: 0 });
    throw error;
  });
  return targetOf(pool, call, () => readingOf(pool.metrics));
}

/** A fresh connection for each request. */
export function mcpWithoutPool({ call, connections, transport }: McpTargetOptions): Target {
  // Those who wait for one of few processes may wait long.
  const pool = createMcpPool({ transport, pool: false, maxSize: connections, checkoutTimeoutMs: 60_000 });
  return targetOf(pool, call, () => ({ ...readingOf(pool.metrics), utilizationPercent: undefined }));
}

function targetOf(pool: McpPool, call: McpTargetOptions['call'], reading: Target['reading']): Target {
  const serve = withConnection<McpConnection, number, unknown>(
    pool,
    (connection, request) => connection.request(call(request)).pipe(map(checked)),
    { settle: true, concurrency: 1 },
  );
  return { serve: (requests$) => requests$.pipe(serve), reading, close: () => pool.close() };
}

/** A tool that fails answers all the same; that must not count as work done. */
function checked<T extends object>(result: T): T {
  if ('isError' in result && result.isError === true) throw new Error(`the tool failed: ${JSON.stringify(result)}`);
  return result;
}
