import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type DashboardHandler, dashboardHandler } from '../../lib/dashboard/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { mountings } from '../support/mounted-dashboard.ts';
import { stopServing } from '../support/served-dashboard.ts';
import { readStream } from '../support/stream-reader.ts';
import { until } from '../support/until.ts';
import { countedPool } from '../support/watched-pool.ts';

afterEach(stopServing);

async function listening(listener: RequestListener, handler: DashboardHandler): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    handler.close();
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(Object.entries(mountings))('a dashboard in %s', (_, mounted) => {
  it('is found below its path, and leaves everything else alone', async () => {
    const { pool } = await fakePool();
    const { origin } = await mounted(pool);
    const page = await fetch(`${origin}/admin/pools/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
    expect(await (await fetch(`${origin}/admin/pools/api/pools`)).json()).toMatchObject({ pools: [{ name: 'pool' }] });
    expect((await fetch(`${origin}/admin/pools/assets/page.js`, { method: 'HEAD' })).status).toBe(200);
    expect(await (await fetch(`${origin}/other`)).text()).toBe('of the app');
    expect((await fetch(`${origin}/admin/pools/nothing`)).status).toBe(404);
  });

  it('leads to the slash that the addresses in the page need', async () => {
    const { pool } = await fakePool();
    const { origin } = await mounted(pool);
    const bare = await fetch(`${origin}/admin/pools?pool=1`, { redirect: 'manual' });
    expect([bare.status, bare.headers.get('location')]).toEqual([307, './pools/?pool=1']);
    expect((await fetch(`${origin}/admin/pools?pool=1`)).url).toBe(`${origin}/admin/pools/?pool=1`);
  });

  it('ends its streams when it is closed, so that the server can be', async () => {
    const opened = await fakePool();
    const { pool, subscriptions } = countedPool(opened.pool);
    const mount = await mounted(pool);
    const reading = await readStream(`${mount.origin}/admin/pools/`);
    await until(() => subscriptions() > 0);
    await mount.close();
    await until(() => reading.ended);
    expect(subscriptions()).toBe(0);
  });
});

describe('the handler of a dashboard', () => {
  it('hands on what is not its own, untouched and whoever asks, and answers 404 where there is nobody', async () => {
    const { pool } = await fakePool();
    const handler = dashboardHandler(pool);
    const app = express().use('/pools', handler);
    app.use((request, response) => {
      response.json([request.method, request.url, response.getHeaderNames().sort()]);
    });
    const origin = await listening(app, handler);
    const posted = await fetch(`${origin}/pools/own`, { method: 'POST', headers: { origin: 'https://a.example' } });
    expect(await posted.json()).toEqual(['POST', '/pools/own', ['x-powered-by']]);
    const alone = await listening((request, response) => handler(request, response), handler);
    expect((await fetch(`${alone}/own`)).status).toBe(404);
  });

  it('is asked by the names that are allowed, or by any', async () => {
    const { pool } = await fakePool();
    for (const [allowedHosts, status] of [
      [['app.example'], 200],
      ['any', 200],
      [[], 403],
    ] as const) {
      const handler = dashboardHandler(pool, { allowedHosts });
      const origin = await listening((request, response) => {
        request.headers.host = 'app.example';
        handler(request, response);
      }, handler);
      expect((await fetch(`${origin}/api/pools`)).status).toBe(status);
    }
  });

  it('shows nothing when it is closed', async () => {
    const { pool } = await fakePool();
    const handler = dashboardHandler(pool, { history: 'always' });
    const origin = await listening(handler, handler);
    handler.close();
    expect(await (await fetch(`${origin}/api/pools`)).json()).toEqual({ pools: [] });
    expect((await fetch(`${origin}/api/stream?pool=1`)).status).toBe(404);
  });

  it.each([
    [{ port: 3400 }, 'unknown option port of dashboardHandler'],
    [{ prefix: '/pools' }, 'unknown option prefix of dashboardHandler (did you mean path?)'],
    [{ path: '/pools?x' }, 'path must begin with a slash'],
  ])('refuses the options %j', async (options, message) => {
    const { pool } = await fakePool();
    expect(() => dashboardHandler(pool, options as never)).toThrow(message);
  });
});
