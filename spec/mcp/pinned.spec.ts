import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { BehaviorSubject, EMPTY, firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type McpEndpoint, createMcpPoolFamily, stdio, streamableHttp, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startLineServer } from '../support/line-server.ts';
import { collect } from '../support/listen.ts';
import { openPool } from '../support/open-pool.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { toolServer } from '../support/tool-server.ts';
import { until } from '../support/until.ts';

it('leaves its family, however it is closed', async () => {
  const server = await serveTcp(toolServer());
  onTestFinished(() => server.close());
  const transport = tcp({ port: server.port });
  const options = { transport, minSize: 1, maxSize: 1, sharing: 'pinned', affinity: () => 'key' } as const;
  const pools = createMcpPoolFamily({ key: (user: string) => user, options: () => options });
  onTestFinished(() => pools.close());
  for (const close of ['dispose', 'close'] as const) {
    const pool = pools.for('user');
    await pool.client.ping();
    await (close === 'close' ? pool.close() : pool[Symbol.asyncDispose]());
    expect(pools.size).toBe(0);
  }
  await pools.for('user').client.ping();
});

const sharing = { sharing: 'pinned', affinity: () => 'key' } as const;

describe('what is pinned is judged like other connections', () => {
  it('tells at once, and in the same words, that connecting is of no use', async () => {
    const pool = openPool({ transport: stdio({ command: 'no-such-command' }), ...sharing });
    const error = await rejectionOf(pool.client.ping());
    expect(error).toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: { code: 'ENOENT' } });
    expect(String(error)).toMatch(/connecting failed once: command not found[^;]*; next try/);
  });

  it('is checked after a request that timed out, as often as the pool says, and replaced', async () => {
    const server = await startLineServer((message, say) => {
      const isMute = message.method === 'tools/call' || (message.method === 'ping' && muted);
      if (message.method === 'tools/call') muted = true;
      if (!isMute) answer(message, initialising(), say);
    });
    let muted = false;
    onTestFinished(() => server.stop());
    const checks = { healthCheckIntervalMs: 20, healthCheckTimeoutMs: 20, quarantineMs: 0 };
    const pool = openPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, ...sharing, ...checks });
    const events = collect(pool.events$);
    await rejectionOf(pool.client.callTool({ name: 'hangs' }, { timeout: 20 }));
    await until(() => events.some((event) => event.type === 'retire' && event.reason === 'unhealthy'));
  });

  it('rests where the server wants a rest', async () => {
    const server = await startHttpServer(toolServer());
    onTestFinished(() => server.stop());
    const pool = openPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1, ...sharing });
    await pool.client.listTools();
    let refused = 0;
    server.gate = (_, response, body) => {
      if (!body.includes('tools/list') || refused++ > 0) return false;
      response.writeHead(429, { 'retry-after': '1' }).end();
      return true;
    };
    await rejectionOf(pool.client.listTools());
    const since = performance.now();
    await pool.client.listTools();
    expect(performance.now() - since).toBeGreaterThan(900);
  });
});

it('drains with its endpoint, at once where nobody works with it, and begins anew at another', async () => {
  const servers = [await serveTcp(toolServer()), await serveTcp(toolServer())];
  onTestFinished(async () => {
    for (const server of servers) await server.close();
  });
  const [first, second] = servers.map(({ port }, i) => ({ id: `server ${i}`, transport: tcp({ port }) }));
  const endpoints$ = new BehaviorSubject([first, second].slice(0, 1) as McpEndpoint[]);
  const pool = openPool({ endpoints$, minSize: 2, maxSize: 4, sharing: 'pinned', affinity: () => '' });
  await pool.use(() => EMPTY, { key: 'idle' });
  const busy = await firstValueFrom(pool.checkout({ key: 'busy' }));
  endpoints$.next([second] as McpEndpoint[]);
  await until(() => servers[0]?.connections === 1);
  await busy.connection.client.ping();
  busy.checkin();
  await until(() => servers[0]?.connections === 0);
  const endpointOf = (connection: number): string | undefined =>
    [...pool.state.connections].find(({ id }) => id === connection)?.endpoint;
  expect(await pool.use(({ id }) => Promise.resolve(endpointOf(id)), { key: 'busy' })).toBe('server 1');
});

it('tells the channel of its events as any other pool', async () => {
  const server = await serveTcp(toolServer());
  onTestFinished(() => server.close());
  const published: unknown[] = [];
  const listen = (message: unknown): void => void published.push(Reflect.get(Object(message) as object, 'event'));
  subscribe('rx-mcp-pool:event', listen);
  onTestFinished(() => void unsubscribe('rx-mcp-pool:event', listen));
  const pool = openPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, ...sharing });
  const events = collect(pool.events$);
  await pool.client.ping();
  await pool.close();
  expect(published).toEqual(events);
});
