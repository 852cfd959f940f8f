import { afterEach, beforeEach, expect, it } from 'vitest';
import { type McpPool, createMcpPool, streamableHttp } from '../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

const echo = { name: 'echo', arguments: { message: 'hi' } };
let server: HttpServer;
let pool: McpPool;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(async () => {
  await pool.close();
  await server.stop();
});

function outcome(): Promise<unknown> {
  return pool.client.callTool(echo).then(
    () => 'served',
    (error: unknown) => (error as { code: unknown }).code,
  );
}

it('tells one request of a pin that its session has expired, and the next has a new one, without a pause', async () => {
  const transport = streamableHttp({ url: server.url });
  pool = createMcpPool({ transport, minSize: 0, maxSize: 5, sharing: 'pinned', affinity: () => 'key' });
  await outcome();
  server.sessions.clear();
  expect([await outcome(), await outcome()]).toEqual(['MCP_SESSION_EXPIRED', 'served']);
});

it('tells one of those who wait for the same pin', async () => {
  const transport = streamableHttp({ url: server.url });
  pool = createMcpPool({ transport, minSize: 0, maxSize: 5, sharing: 'pinned', affinity: () => 'key' });
  await outcome();
  server.sessions.clear();
  const outcomes = await Promise.all([outcome(), outcome(), outcome()]);
  expect(outcomes).toEqual(['MCP_SESSION_EXPIRED', 'served', 'served']);
});

it('tells one request where sessions are not begun anew', async () => {
  const transport = streamableHttp({ url: server.url, renewSession: false });
  pool = createMcpPool({ transport, minSize: 1, maxSize: 1, retry: false });
  await pool.ready();
  server.sessions.clear();
  expect([await outcome(), await outcome()]).toEqual(['MCP_SESSION_EXPIRED', 'served']);
});
