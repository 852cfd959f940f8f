import { McpServer } from '@modelcontextprotocol/server';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type McpPool, type McpPoolOptions, streamableHttp } from '../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { openPool } from '../support/open-pool.ts';
import { until } from '../support/until.ts';

const uri = 'file:///a';

interface Told {
  readonly http: HttpServer;
  readonly pool: McpPool;
  /** One for each session. */
  readonly servers: McpServer[];
  readonly asked: string[];
}

/** A pool, and a server that answers questions about resources when `held` has resolved. */
async function told(options: McpPoolOptions = {}, held: Promise<void> = Promise.resolve()): Promise<Told> {
  const servers: McpServer[] = [];
  const asked: string[] = [];
  const http = await startHttpServer(() => {
    const server = telling(async (method, session) => {
      asked.push(`${method} ${session}`);
      await held;
    }, servers.length + 1);
    servers.push(server);
    return server;
  });
  onTestFinished(() => http.stop());
  const transport = streamableHttp({ url: http.url });
  const pool = openPool({ transport, minSize: 1, maxSize: 1, healthCheckIntervalMs: 0, ...options });
  await pool.ready();
  return { http, pool, servers, asked };
}

function telling(asked: (method: string, session: number) => Promise<void>, session: number): McpServer {
  const server = new McpServer(
    { name: 'telling', version: '1.0.0' },
    { capabilities: { resources: { subscribe: true, listChanged: true }, tools: {} } },
  );
  for (const method of ['resources/subscribe', 'resources/unsubscribe'] as const) {
    server.server.setRequestHandler(method, async () => {
      await asked(method, session);
      return {};
    });
  }
  server.server.setRequestHandler('tools/list', () => ({ tools: [] }));
  return server;
}

it('subscribes again in the session that another request had to begin, and says that something may have been missed', async () => {
  const { http, pool, servers, asked } = await told();
  const heard = vi.fn();
  pool.resourceUpdates(uri).subscribe(heard);
  await until(() => asked.length === 1);
  http.sessions.clear();
  await pool.client.listTools();
  await until(() => heard.mock.calls.length === 1);
  expect(asked).toEqual(['resources/subscribe 1', 'resources/subscribe 2']);
  await servers[1]?.server.sendResourceUpdated({ uri });
  await until(() => heard.mock.calls.length === 2);
});

it('says of a list, too, that it may have changed meanwhile', async () => {
  const { http, pool } = await told();
  const heard = vi.fn();
  pool.listChanges('resources').subscribe(heard);
  http.sessions.clear();
  await pool.client.listTools();
  await until(() => heard.mock.calls.length === 1);
});

it('needs one attempt for each session where all have expired', async () => {
  const { http, pool, asked } = await told({ minSize: 4, maxSize: 4 });
  const heard = vi.fn();
  pool.resourceUpdates(uri).subscribe(heard);
  await until(() => asked.length === 4);
  http.sessions.clear();
  await Promise.all([1, 2, 3, 4].map(() => pool.client.listTools()));
  await until(() => heard.mock.calls.length > 0);
  expect(heard.mock.calls.length).toBeLessThanOrEqual(4);
  expect(asked).toHaveLength(8);
});

it('subscribes again where the session ends while the server is being asked', async () => {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const { http, pool, asked } = await told({ sharing: 'multiplex' }, held);
  pool.resourceUpdates(uri).subscribe();
  await until(() => asked.length === 1);
  http.sessions.clear();
  await pool.client.listTools();
  goOn();
  await until(() => asked.length === 2);
  await pool.client.listTools();
  expect(asked).toEqual(['resources/subscribe 1', 'resources/subscribe 2']);
});
