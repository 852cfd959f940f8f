import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import type { McpPool } from '../../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { until } from '../../support/until.ts';

let server: HttpServer;
let pool: McpPool;
beforeEach(async () => {
  server = await startHttpServer();
  pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1, retry: false });
  await pool.ready();
});
afterEach(async () => {
  vi.useRealTimers();
  server.gate = () => false;
  await pool.close();
  await server.stop();
});

const echo = { name: 'echo', arguments: { message: 'hi' } };

describe('a session that is begun anew', () => {
  it('is waited for 10 s, where the server never answers', async () => {
    server.sessions.clear();
    server.gate = (_, __, body) => body.includes('"initialize"');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let isOver = false;
    const failed = rejectionOf(pool.client.callTool(echo)).finally(() => (isOver = true));
    // Without a timer, which would have to be a faked one.
    while (server.log.filter((line) => line === 'POST initialize').length < 2) await new Promise(setImmediate);
    vi.advanceTimersByTime(9999);
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    const error = await failed;
    expect(error).toMatchObject({ code: 'MCP_SESSION_EXPIRED' });
    expect(String(error)).toContain('cannot be begun anew: no answer to initialize within 10000 ms');
  });

  it('ends the connection where the server speaks another version now, and says so', async () => {
    server.sessions.clear();
    server.gate = (_, response, body) => {
      if (!body.includes('"initialize"')) return false;
      const { id } = JSON.parse(body) as { id: unknown };
      const result = { protocolVersion: '2024-11-05', capabilities: {}, serverInfo: { name: 'old', version: '0' } };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      return true;
    };
    const error = await rejectionOf(pool.client.callTool(echo));
    expect(String(error)).toMatch(/cannot be begun anew: the server speaks 2024-11-05 now, not 2025-/);
    server.gate = () => false;
    await until(() => pool.state.connects === 2);
    await pool.client.callTool(echo);
  });

  it('ends the connection where the server refuses it', async () => {
    server.sessions.clear();
    server.gate = (_, response, body) => body.includes('"initialize"') && Boolean(response.writeHead(500).end('no'));
    const error = await rejectionOf(pool.client.callTool(echo));
    expect(error).toMatchObject({ code: 'MCP_SESSION_EXPIRED' });
    expect(String(error)).toContain('500');
  });
});

describe('a session that is ended', () => {
  it('is left after 1 s, where the server never answers', async () => {
    server.gate = ({ method }) => method === 'DELETE';
    const began = performance.now();
    await pool.close();
    const ms = performance.now() - began;
    expect(server.log).toContain('DELETE');
    expect(ms).toBeGreaterThanOrEqual(990);
    expect(ms).toBeLessThan(3000);
    await until(() => server.underWay() === 0);
  });

  it.each([400, 404, 405, 500])('closes without a word where the server answers %i', async (status) => {
    server.gate = ({ method }, response) => method === 'DELETE' && Boolean(response.writeHead(status).end());
    await expect(pool.close()).resolves.toBeUndefined();
  });
});
