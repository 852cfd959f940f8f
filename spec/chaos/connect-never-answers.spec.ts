import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { listen } from '../support/listen.ts';
import { isAlive, nodeProgram } from '../support/programs.ts';
import { startSilentServer } from '../support/silent-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { startTcpServer } from '../support/start-tcp-server.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';
import { watched } from '../support/watched.ts';

const connectBackoff = { minMs: 20, maxMs: 40 };

let pool: McpPool;

afterEach(() => pool.close());

describe('a server that accepts and never answers', () => {
  it('is given up after connectTimeoutMs, and sees each connection closed', async () => {
    const server = await startSilentServer();
    const transport = tcp({ port: server.port });
    const most = { minSize: 4, maxConnecting: 4 };
    pool = createMcpPool({ transport, ...most, connectTimeoutMs: 100, connectBackoff });
    let mostOpen = 0;
    listen(pool.events$, () => (mostOpen = Math.max(mostOpen, pool.state.connecting)));
    const began = performance.now();
    await expect(pool.ready()).rejects.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      cause: { message: 'connecting took longer than 100 ms' },
    });
    expect(performance.now() - began).toBeGreaterThan(95);
    await until(() => server.accepted >= 8);
    expect(mostOpen).toBeLessThanOrEqual(4);
    // Those that were given up are closed: only what is under way now is open.
    await until(() => server.sockets.size <= pool.state.connecting);
    await pool.close();
    await until(() => server.sockets.size === 0);
    await server.stop();
  });

  it('is ended with its process over stdio', async () => {
    const deaf = nodeProgram(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`);
    const transport = watched(stdio(deaf));
    pool = createMcpPool({ transport, connectTimeoutMs: 150, connectBackoff });
    await until(() => transport.pids.length >= 3);
    const [first, second] = transport.pids;
    await until(() => !isAlive(first) && !isAlive(second));
  });

  it('tells whoever waits in time that it was connecting', async () => {
    const server = await startSilentServer();
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 0, checkoutTimeoutMs: 100 });
    await expect(pool.client.ping()).rejects.toMatchObject({
      code: 'POOL_CHECKOUT_TIMEOUT',
      data: { phase: 'connecting' },
    });
    await pool.close();
    await server.stop();
  });
});

describe('a black hole on the way', () => {
  it('ends as soon as the network is back', async () => {
    const server = await startTcpServer();
    const proxy = await startTcpProxy(server.port, { blackHole: true });
    const transport = tcp({ port: proxy.port });
    pool = createMcpPool({ transport, minSize: 2, connectTimeoutMs: 100, connectBackoff });
    const answer = pool.client.callTool({ name: 'echo', arguments: { message: 'out again' } });
    await until(() => proxy.accepted >= 4);
    proxy.faults.blackHole = false;
    expect(textOf(await answer)).toBe('out again');
    await pool.ready();
    await pool.close();
    await Promise.all([proxy.stop(), server.stop()]);
  });
});
