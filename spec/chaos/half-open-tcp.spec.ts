import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { collect } from '../support/listen.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { type TcpProxy, startTcpProxy } from '../support/tcp-proxy.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

let server: StartedServer;
let proxy: TcpProxy;
let pool: McpPool;

beforeEach(async () => {
  server = await startTcpServer();
  proxy = await startTcpProxy(server.port);
});
afterEach(async () => {
  await pool.close();
  await Promise.all([proxy.stop(), server.stop()]);
});

async function openPool(options: Partial<McpPoolOptions>): Promise<void> {
  pool = createMcpPool({ transport: tcp({ port: proxy.port }), minSize: 3, maxSize: 6, maxConnecting: 3, ...options });
  await pool.ready();
}

const echo = async (message: string): Promise<string> =>
  textOf(await pool.client.callTool({ name: 'echo', arguments: { message } }));

describe('a peer that is gone without a word', () => {
  it('is found by the health check while its connections are idle, and they are replaced', async () => {
    await openPool({ healthCheckIntervalMs: 100, healthCheckTimeoutMs: 50, closeTimeoutMs: 100 });
    const events = collect(pool.events$);
    proxy.freeze();
    await until(() => pool.state.idle === 3 && pool.state.unhealthy === 0 && proxy.accepted >= 6);
    const retired = events.filter((event) => event.type === 'retire').map(({ reason }) => reason);
    expect(retired).toEqual(['unhealthy', 'unhealthy', 'unhealthy']);
    expect(await echo('on the new one')).toBe('on the new one');
  });

  it('costs a request no more than its deadline, and the next one goes elsewhere', async () => {
    await openPool({ minSize: 1, healthCheckIntervalMs: 600_000 });
    const asked = pool.client.callTool({ name: 'sleep', arguments: { ms: 60_000 } }, { timeout: 150 });
    proxy.freeze();
    const began = performance.now();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(performance.now() - began).toBeLessThan(1000);
    // Nobody else gets it, for it may be answered yet.
    expect(pool.state.active).toBe(1);
    expect(await echo('elsewhere')).toBe('elsewhere');
    expect(proxy.accepted).toBe(2);
  });

  it('keeps nobody from closing the pool', async () => {
    await openPool({ healthCheckIntervalMs: 0 });
    proxy.freeze();
    const began = performance.now();
    await pool.close();
    expect(performance.now() - began).toBeLessThan(3000);
    await until(() => proxy.clients.size === 0);
  });
});
