import { once } from 'node:events';
import { connect } from 'node:net';
import { config } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type PoolList, serveDashboard } from '../../lib/dashboard/index.ts';
import { createPool } from '../../lib/index.ts';
import { createMcpPoolFamily, tcp } from '../../lib/mcp/index.ts';
import { fakeFamily } from '../support/fake-family.ts';
import { fakePool } from '../support/fake-pool.ts';
import { answered, reader, serve, stopServing } from '../support/served-dashboard.ts';
import { until } from '../support/until.ts';
import { countedPool } from '../support/watched-pool.ts';

afterEach(stopServing);

describe('the server of a dashboard', () => {
  it('lists the pools of a family as they come and go, and tells who watches one that it is gone', async () => {
    const { family } = fakeFamily();
    const dashboard = await serve({ pools: () => family.members.map(({ pool }) => pool) });
    expect(await answered(dashboard, '/api/pools')).toEqual({ pools: [] });
    const one = family.for('one');
    const reading = await reader(dashboard, 1);
    family.for('two');
    await until(() => reading.of('pools').at(-1)?.pools.length === 2);
    await one.close();
    await until(() => reading.of('gone').length === 1);
    await until(() => reading.ended);
    const { pools } = (await answered(dashboard, '/api/pools')) as PoolList;
    expect(pools.map(({ id, name }) => [id, name])).toEqual([[2, 'pools-2']]);
    await family.close();
  });

  it('ends all streams when it is closed, and leaves no subscription', async () => {
    const opened = await fakePool();
    const { pool, subscriptions } = countedPool(opened.pool);
    const dashboard = await serve(pool, { history: 'always' });
    const reading = await reader(dashboard);
    expect(subscriptions()).toBeGreaterThan(1);
    const closed = dashboard.close();
    expect(dashboard.close()).toBe(closed);
    await closed;
    await until(() => reading.ended);
    expect(subscriptions()).toBe(0);
    await expect(fetch(dashboard.url)).rejects.toThrow();
    await expect(reader(dashboard)).rejects.toThrow();
  });

  it('counts no page that has gone among those that are open', async () => {
    const opened = await fakePool();
    const { pool, subscriptions } = countedPool(opened.pool);
    const dashboard = await serve(pool, { history: 'watched' });
    // More than may be open at once.
    for (let i = 0; i < 70; i++) {
      const reading = await reader(dashboard);
      expect(reading.told.length).toBeGreaterThan(0);
      reading.close();
      await until(() => subscriptions() === 0);
    }
  });

  it('is subscribed to nothing when the last page has gone', async () => {
    const opened = await fakePool();
    const { pool, subscriptions } = countedPool(opened.pool);
    const reading = await reader(await serve(pool, { history: 'watched' }));
    await until(() => subscriptions() > 0);
    reading.close();
    await until(() => subscriptions() === 0);
  });

  it('closes while a reader takes nothing', async () => {
    const pool = createPool({
      connect: async () => Promise.resolve(1),
      minSize: 500,
      maxSize: 500,
      maxConnecting: 500,
    });
    await pool.ready();
    const dashboard = await serve(pool);
    const socket = connect(dashboard.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(`GET /api/stream?pool=1 HTTP/1.1\r\nHost: 127.0.0.1:${dashboard.port}\r\n\r\n`);
    const end = performance.now() + 300;
    while (performance.now() < end) {
      for (let i = 0; i < 500; i++) pool.tryCheckout()?.checkin();
      await new Promise(setImmediate);
    }
    await dashboard.close();
    socket.destroy();
    await pool.close();
  });

  it('goes on with the pools that it has where their source throws', async () => {
    const { pool } = await fakePool();
    const reported: unknown[] = [];
    config.onUnhandledError = (error) => reported.push(error);
    let isBroken = false;
    const dashboard = await serve({
      pools: () => {
        if (isBroken) throw new Error('no list');
        return [pool];
      },
    });
    isBroken = true;
    expect(await answered(dashboard, '/api/pools')).toMatchObject({ pools: [{ id: 1 }] });
    await until(() => reported.length > 0);
    config.onUnhandledError = null;
    expect(String(reported[0])).toBe('Error: no list');
  });

  it('shows the pools of createMcpPoolFamily', async () => {
    const pools = createMcpPoolFamily<string>({
      key: (user) => user,
      options: () => ({ transport: tcp({ port: 1 }), minSize: 0 }),
    });
    const dashboard = await serve(pools, { history: 'always' });
    pools.for('somebody');
    expect(await answered(dashboard, '/api/pools')).toMatchObject({ pools: [{ id: 1, name: 'pools-1' }] });
    await pools.close();
    expect(await answered(dashboard, '/api/pools')).toEqual({ pools: [] });
  });

  it('says which port is in use', async () => {
    const { pool } = await fakePool();
    const { port } = await serve(pool);
    await expect(serveDashboard(pool, { port })).rejects.toThrow(
      `the dashboard cannot listen at 127.0.0.1:${port}: the port is in use`,
    );
  });

  it.each([
    [{ port: -1 }, 'port must be a whole number of at least 0, not -1'],
    [{ port: 70_000 }, 'port must be at most 65535, not 70000'],
    [{ port: 0, host: '' }, 'host must be the address to listen at'],
    [{ port: 0, history: 'no' as never }, 'history must be one of always, watched, off'],
    [{ port: 0, historyEvents: 0 }, 'historyEvents must be a whole number of at least 1, not 0'],
    [{ port: 0, allowedHosts: 'all' as never }, "allowedHosts must be a list or 'any', not string"],
    [{ port: 0, path: 'pools' }, 'path must begin with a slash, such as /pools, not "pools"'],
    [{ port: 0, hostname: 'x' } as never, 'unknown option hostname of serveDashboard (did you mean host?)'],
    [null as never, 'options must be an object, not null'],
  ])('refuses the options %j', async (options, message) => {
    const { pool } = await fakePool();
    await expect(serveDashboard(pool, options)).rejects.toThrow(message);
  });

  it('refuses what is no pool', async () => {
    await expect(serveDashboard([{}] as never, { port: 0 })).rejects.toThrow('pools must be a pool');
  });

  it('is found under the name that it listens at', async () => {
    const { pool } = await fakePool();
    const dashboard = await serve([pool], { host: '0.0.0.0' });
    expect(dashboard.url).toBe(`http://localhost:${dashboard.port}/`);
  });
});
