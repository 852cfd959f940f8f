import { map } from 'rxjs';
import { withConnection } from '../../lib/index.ts';
import { createMcpPool, tcp } from '../../lib/mcp/index.ts';
import type { McpConnection } from '../../lib/mcp/index.ts';
import { type Target, readingOf } from './target.ts';
import { useMs } from './work.ts';

/** Which server, and how many connections to it; `pool: false` for a fresh connection per request. */
export interface McpTargetOptions {
  readonly port: number;
  readonly connections: number;
  readonly pool: boolean;
}

/** Calls a tool that takes 1 to 5 ms, over TCP. */
export async function mcpTarget({ port, connections, pool: pooled }: McpTargetOptions): Promise<Target> {
  const pool = createMcpPool({
    transport: tcp({ port }),
    pool: pooled,
    // Without a pool nothing limits how many are open: those that are being closed would hold up the next.
    ...(pooled && { minSize: connections, maxSize: connections }),
  });
  await pool.ready();
  const serve = withConnection<McpConnection, number, unknown>(
    pool,
    (connection, request) => call(connection, request),
    {
      settle: true,
      concurrency: 1,
    },
  );
  return {
    serve: (requests$) => requests$.pipe(serve),
    reading: () => ({ ...readingOf(pool.metrics), ...(pooled ? {} : { utilizationPercent: undefined }) }),
    close: () => pool.close(),
  };
}

function call(connection: McpConnection, request: number): ReturnType<McpConnection['request']> {
  const params = { name: 'work', arguments: { ms: useMs(request) } };
  return connection.request({ method: 'tools/call', params }).pipe(map(checked));
}

/** A tool that fails answers all the same; that must not count as work done. */
function checked<T extends object>(result: T): T {
  if ('isError' in result && result.isError === true) throw new Error(`the tool failed: ${JSON.stringify(result)}`);
  return result;
}
