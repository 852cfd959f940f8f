import { describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, serveGateway } from '../../../lib/gateway/index.ts';
import { tcp } from '../../../lib/mcp/index.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import { listingServer, reaching } from '../../support/hub.ts';
import { McpHttpClient } from '../../support/mcp-http-client.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { runCode } from '../../support/run-code.ts';
import { until } from '../../support/until.ts';

interface Page {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly json: () => unknown;
}

/** What is at this path of the admin page. */
async function page(
  gateway: Pick<Gateway, 'adminUrl'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<Page> {
  const response = await fetch(new URL(path, gateway.adminUrl), { headers });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    json: () => JSON.parse(text) as unknown,
  };
}

async function fronted(options: Partial<GatewayOptions> = {}): Promise<FrontedGateway> {
  const server = await FrontedGateway.open('legacy', { gateway: { admin: 0, drainMs: 10_000, ...options } });
  onTestFinished(() => server.stop());
  return server;
}

async function served(servers: NonNullable<GatewayOptions['servers']>): Promise<Gateway> {
  const gateway = await serveGateway({ servers, port: 0, admin: 0, drainMs: 500 });
  onTestFinished(() => gateway.close());
  return gateway;
}

describe('the admin page', () => {
  it('is on a port of its own, only where it is asked for', async () => {
    const { gateway } = await fronted();
    expect(gateway.adminUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(gateway.adminUrl).not.toContain(`:${gateway.port}/`);
    const without = await FrontedGateway.open();
    onTestFinished(() => without.stop());
    expect(without.gateway.adminUrl).toBeUndefined();
  });

  it('is refused where its port is in use, and the gateway with it', async () => {
    const { gateway, pool } = await fronted();
    const port = Number(new URL(gateway.adminUrl ?? '').port);
    expect(await rejectionOf(serveGateway({ pool, port: 0, admin: port }))).toMatchObject({
      message: expect.stringMatching(/^the admin page cannot listen at 127.0.0.1:\d+: /) as unknown,
    });
    // What it has begun to listen at is free again.
    const again = await rejectionOf(serveGateway({ pool, port: gateway.port, admin: 0 }));
    expect(again).toMatchObject({ message: expect.stringContaining('the gateway cannot listen') as unknown });
  });

  it('is for this machine, and only shows', async () => {
    const { gateway } = await fronted();
    for (const path of ['/livez', '/readyz', '/servers', '/metrics', '/']) {
      expect(await page(gateway, path)).toMatchObject({ status: 200 });
      expect(await page(gateway, path, { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
      const posted = await fetch(new URL(path, gateway.adminUrl), { method: 'POST' });
      expect(posted.status).toBe(405);
    }
    expect(await page(gateway, '/nothing')).toMatchObject({ status: 404 });
  });

  it('has the dashboard of the pools', async () => {
    const { gateway, pool } = await fronted();
    expect((await page(gateway, '/')).type).toContain('text/html');
    expect((await page(gateway, '/api/pools')).json()).toMatchObject({ pools: [{ name: pool.name }] });
  });
});

describe('readiness', () => {
  it('ends as soon as the gateway drains, while it lives', async () => {
    const { gateway, answer } = await withCall();
    expect(await page(gateway, '/readyz')).toMatchObject({ status: 200 });
    const closing = gateway.close();
    const { status, json } = await page(gateway, '/readyz');
    expect([status, json()]).toMatchObject([503, { status: 'draining', servers: [{ status: 'up' }] }]);
    expect(await page(gateway, '/livez')).toMatchObject({ status: 200, text: 'ok\n' });
    answer();
    await closing;
    await expect(fetch(new URL('/livez', gateway.adminUrl))).rejects.toThrow();
  });

  it('is not that of one server that fails, but of all', async () => {
    const good = await listingServer({ tools: ['a'] });
    const broken = { transport: tcp({ port: 1 }), connectTimeoutMs: 1000 };
    const gateway = await served({ good: reaching(good), broken });
    expect((await page(gateway, '/readyz')).json()).toMatchObject({
      status: 'ready',
      servers: [
        { name: 'good', status: 'idle' },
        { name: 'broken', status: 'idle' },
      ],
    });
    // Lists wait for a server that was never there for longer than this test.
    void listed(gateway).catch(() => undefined);
    await until(async () => /up[^]*failed/.test((await page(gateway, '/readyz')).text));
    const { status, json } = await page(gateway, '/readyz');
    expect([status, json()]).toMatchObject([
      200,
      { servers: [{ status: 'up' }, { status: 'failed', error: expect.stringContaining('ECONNREFUSED') as unknown }] },
    ]);
    const alone = await served({ broken });
    void listed(alone).catch(() => undefined);
    await until(async () => (await page(alone, '/readyz')).status === 503);
    expect((await page(alone, '/readyz')).json()).toMatchObject({ status: 'all servers have failed' });
  });
});

describe('the page of the servers', () => {
  it('tells how each is, for each class of clients', async () => {
    const server = await listingServer({ tools: ['a', 'b'] });
    const off = { name: 'off', status: 'disabled', warnings: [] } as const;
    const ready = { name: 'on', status: 'ready', options: { name: 'on', ...reaching(server) }, warnings: [] } as const;
    const gateway = await served({ servers: [ready, off], warnings: [] });
    await listed(gateway);
    await listed(gateway, { sampling: {} });
    expect((await page(gateway, '/servers')).json()).toEqual([
      {
        ...{ name: 'on', status: 'up', connections: 2, tools: 2 },
        pools: [
          { class: '{}', status: 'up', connections: 1, tools: 2, waiting: 0, maxSize: 1 },
          { class: '{"sampling":{}}', status: 'up', connections: 1, tools: 2, waiting: 0, maxSize: 1 },
        ],
      },
      {
        ...{ name: 'off', status: 'disabled', connections: 0, tools: 0 },
        pools: ['{}', '{"sampling":{}}'].map((name) => ({
          ...{ class: name, status: 'disabled', connections: 0, tools: 0, waiting: 0, maxSize: 0 },
        })),
      },
    ]);
    expect(gateway.pools().map(({ name }) => name)).toEqual(['on', 'on']);
  });
});

describe('metrics', () => {
  it('are those of the gateway and of its pools', async () => {
    const { gateway, client, answer } = await withCall();
    await client.post({}, { headers: { host: 'evil.example' } });
    const during = (await page(gateway, '/metrics')).text;
    expect(during).toContain('\nmcp_server_sessions 1\n');
    expect(during).toContain('\nmcp_server_open_requests 1\n');
    answer();
    await until(async () => (await page(gateway, '/metrics')).text.includes('mcp_server_open_requests 0'));
    const { text, type } = await page(gateway, '/metrics');
    expect(type).toContain('text/plain');
    expect(text).toContain('mcp_server_refused_requests_total{reason="host"} 1\n');
    expect(text).toMatch(/^mcp_server_operation_duration_seconds_count{method="tools\/call",tool="x",status="ok"} 1$/m);
    expect(text).toMatch(/^mcp_client_connection_checkouts_total{pool="[^"]+",strategy="[^"]+"} [1-9]/m);
  });

  it('have no names that clients have made up', async () => {
    const server = await fronted({ tools: { allow: ['x*'] }, admin: 0 });
    const { gateway, client } = server;
    server.handles('tools/call', ({ id }, say) => say({ id, error: { code: -32_602, message: 'no such tool' } }));
    await client.introduce();
    await client.ask('tools/call', { name: 'x-made-up' });
    await client.ask('tools/call', { name: 'made-up' });
    await client.ask('made/up');
    const { text } = await page(gateway, '/metrics');
    expect(text.split('\n').filter((line) => /^mcp_server.*made.up/.test(line))).toEqual([]);
    expect(text).toContain('{method="tools/call",status="refused",error="-32602"}');
    expect(text).toContain('{method="other",status="error",error="-32601"}');
  });

  it('are not there without prom-client, and say why; all else is', async () => {
    const told = await runCode(`
      import { register } from 'node:module';
      const hooks = \`export const resolve = (name, context, next) => {
        if (name !== 'prom-client') return next(name, context);
        throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
      };\`;
      register('data:text/javascript,' + encodeURIComponent(hooks));
      const { serveGateway } = await import('rx-mcp-pool/serve');
      const gateway = await serveGateway({ servers: {}, port: 0, admin: 0 });
      for (const path of ['metrics', 'livez', 'api/pools']) {
        const response = await fetch(gateway.adminUrl + path);
        console.log(response.status, (await response.text()).trim());
      }
      await gateway.close();`);
    expect(told.trim().split('\n')).toEqual([
      '501 there are no metrics: prom-client is not installed: npm install prom-client',
      '200 ok',
      '200 {"pools":[]}',
    ]);
  });
});

/** A gateway with a session that has a call open, which `answer` answers. */
async function withCall(
  options: Partial<GatewayOptions> = {},
): Promise<Pick<FrontedGateway, 'gateway' | 'client'> & { answer: () => void }> {
  const server = await fronted(options);
  const { gateway, client } = server;
  let answer = (): void => undefined;
  server.handles('tools/call', ({ id }, say) => (answer = () => say({ id, result: { content: [] } })));
  await client.introduce();
  const asked = client.ask('tools/call', { name: 'x' });
  await until(() => server.calls.length === 1);
  onTestFinished(async () => {
    answer();
    await asked;
  });
  return { gateway, client, answer: () => answer() };
}

/** Asks for the tools, as a client that can be asked this. */
async function listed({ url }: Gateway, capabilities: object = {}): Promise<void> {
  const client = new McpHttpClient(url);
  onTestFinished(() => client.close());
  await client.introduce(capabilities as Record<string, unknown>);
  await client.ask('tools/list');
}
