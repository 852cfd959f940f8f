import { of } from 'rxjs';
import { type Lease, type Pool, PoolError, createPool, leastLoaded, withConnection } from 'rx-mcp-pool';
import { type Dashboard, serveDashboard } from 'rx-mcp-pool/dashboard';
import { type Recording, readLog, recordTo } from 'rx-mcp-pool/log';
import { McpError, type McpPool, createMcpPool, createMcpPoolFamily, stdio, tcp } from 'rx-mcp-pool/mcp';
import { instrumentPool } from 'rx-mcp-pool/otel';
import { collectPool } from 'rx-mcp-pool/prometheus';
import { type RedisClient, redisAllowance } from 'rx-mcp-pool/redis';
import { type TcpServer, serveTcp } from 'rx-mcp-pool/serve';

// Never run: what a program of others may say of every entry point, as it stands here, to the compilers of others. What is
// exported without its type has that written into a declaration, which must be able to name it.

export const numbers = createPool({
  connect: ({ id }) => Promise.resolve({ id }),
  strategy: leastLoaded(),
  maxSize: 2,
});
export const pool = createMcpPool({ transport: tcp({ port: 3000 }), retry: { trustToolHints: true } });
export const family = createMcpPoolFamily<string>({
  key: (user) => user,
  options: (user) => ({ transport: stdio({ command: 'serve', env: { USER: user } }) }),
});
export const answers$ = of({ method: 'tools/list' }).pipe(withConnection(pool));
export const written$ = pool.events$.pipe(recordTo('pool.jsonl'));
export const readBack = [...readLog('pool.jsonl')];
export const exported = [instrumentPool(pool), collectPool(pool)];
export const cappedBy = (redis: RedisClient): Pool<number> =>
  createPool({ connect: ({ id }) => [id], allowance: redisAllowance({ redis, name: 'search', cap: 10 }) });
export const codeOf = (error: unknown): string | undefined =>
  error instanceof PoolError || error instanceof McpError ? String(error.code) : undefined;

export async function work(mine: Pool<{ id: number }>, theirs: McpPool): Promise<number> {
  await using page: Dashboard = await serveDashboard(theirs, { port: 0 });
  using lease: Lease<{ id: number }> = await mine.lease();
  const { isError } = await theirs.client.callTool({ name: page.url });
  const recorded: Recording[] = [];
  const server: TcpServer = await serveTcp(() => Promise.reject(new Error('never')));
  await server.close();
  return lease.connection.id + Number(isError) + recorded.length;
}
