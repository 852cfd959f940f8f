import { describe, expect, it, onTestFinished } from 'vitest';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { tcp } from '../../../lib/mcp/index.ts';
import { fronted, listed, page, served, withCall } from '../../support/admin-page.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import { listingServer, reaching } from '../../support/hub.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { until } from '../../support/until.ts';

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
    const ready = {
      name: 'on',
      status: 'ready',
      options: { name: 'on', ...reaching(server), maxSize: 2 },
      warnings: [],
    } as const;
    const gateway = await served({ servers: [ready, off], warnings: [] });
    await listed(gateway);
    await listed(gateway, { sampling: {} });
    expect((await page(gateway, '/servers')).json()).toEqual([
      {
        ...{ name: 'on', status: 'up', connections: 2, tools: 2 },
        pools: [
          { class: '{}', status: 'up', connections: 1, tools: 2, waiting: 0, maxSize: 2 },
          { class: '{"sampling":{}}', status: 'up', connections: 1, tools: 2, waiting: 0, maxSize: 2 },
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
