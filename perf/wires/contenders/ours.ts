import { lastValueFrom, range, map } from 'rxjs';
import { withConnection } from '../../../lib/index.ts';
import { type McpConnection, type McpPool, type McpTransport, createMcpPool } from '../../../lib/mcp/index.ts';
import { stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { type Tool, callOf } from './call.ts';
import { closedLoop } from './closed-loop.ts';
import type { Era } from './sdk.ts';
import { stdioServer } from './stdio-server.ts';

/** How many connections, each shared by how many requests. */
export interface Shape {
  readonly connections: number;
  readonly leases: number;
  readonly era?: Era;
}

/** One connection that all share. */
export const shared: Shape = { connections: 1, leases: 128 };

/** More messages come in a second than any server should send that nobody measures. */
const unlimited = { maxServerMessagesPerSecond: Infinity };

/** A pool over TCP, with all its connections up. */
export function poolOverTcp(port: number, shape: Shape): Promise<McpPool> {
  return opened(tcp({ ...unlimited, port }), shape);
}

/** The same over stdio. */
export function poolOverStdio(shape: Shape): Promise<McpPool> {
  return opened(stdio({ ...unlimited, ...stdioServer }), shape);
}

/** The same over Streamable HTTP, where each request has a socket of its own whatever the shape. */
export function poolOverHttp(
  httpPort: number,
  path: '/json' | '/sse',
  shape: Shape,
  theirs?: typeof fetch,
): Promise<McpPool> {
  const url = `http://127.0.0.1:${httpPort}${path}`;
  return opened(streamableHttp({ ...unlimited, url, ...(theirs && { fetch: theirs }) }), shape);
}

/** The connection's own `request`, again and again on one connection that is leased once. */
export function onConnection(pool: McpPool, tool: Tool, times: number, atOnce: number): Promise<void> {
  const request = requestOf(tool);
  const loop = (connection: McpConnection): Promise<void> =>
    closedLoop((answered) => connection.request(request).subscribe({ complete: answered }), times, atOnce);
  return pool.use(loop);
}

/** A stream of requests through `withConnection(pool)`. */
export async function piped(pool: McpPool, tool: Tool, times: number, atOnce: number): Promise<void> {
  const request = requestOf(tool);
  const answers$ = range(times).pipe(
    map(() => request),
    withConnection(pool, undefined, { concurrency: atOnce, buffer: Infinity }),
  );
  await lastValueFrom(answers$);
}

/** The drop-in for the SDK's client. */
export function callTool(pool: McpPool, tool: Tool): () => Promise<unknown> {
  return () => pool.client.callTool(callOf(tool));
}

/** The drop-in, with somebody who listens to progress. */
export function callWithProgress(pool: McpPool, onprogress: () => void): () => Promise<unknown> {
  return () => pool.client.callTool(callOf('progress'), { onprogress });
}

/** The request of a call. */
export function requestOf(tool: Tool): { method: 'tools/call'; params: ReturnType<typeof callOf> } {
  return { method: 'tools/call', params: callOf(tool) };
}

async function opened(transport: McpTransport, { connections, leases, era = 'legacy' }: Shape): Promise<McpPool> {
  const pool = createMcpPool({
    transport,
    era,
    minSize: connections,
    maxSize: connections,
    maxLeasesPerConnection: leases,
    maxConnecting: 50,
  });
  await pool.ready();
  return pool;
}
