import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryPoint, WhyAnswer } from '../../lib/dashboard/index.ts';
import { replay } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { answered, reader, serve, statusOf, stopServing } from '../support/served-dashboard.ts';
import { until } from '../support/until.ts';

afterEach(stopServing);

describe('the answers of a dashboard', () => {
  it('serves the page and its parts with headers that let nothing else in', async () => {
    const { pool } = await fakePool();
    const dashboard = await serve(pool);
    const page = await fetch(dashboard.url);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-store, no-transform');
    const parts = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path ?? '');
    expect(parts).toContain('assets/uplot.css');
    for (const path of [...parts, 'assets/uplot.js', 'assets/uplot-license']) {
      const part = await fetch(new URL(path, dashboard.url));
      expect([path, part.status]).toEqual([path, 200]);
    }
    // Nothing inline, and nothing from elsewhere.
    expect(html).not.toMatch(/<script>|style=|\son\w+=|https?:\/\//);
  });

  it('refuses other hosts, other origins and other methods', async () => {
    const { pool } = await fakePool();
    const dashboard = await serve(pool);
    const host = `127.0.0.1:${dashboard.port}`;
    expect(await statusOf(dashboard, { headers: { host } })).toBe(200);
    expect(await statusOf(dashboard, { headers: { host: 'rebound.example' } })).toBe(403);
    expect(await statusOf(dashboard, { headers: { host, origin: 'http://rebound.example' } })).toBe(403);
    expect(await statusOf(dashboard, { headers: { host, origin: `http://${host}` } })).toBe(200);
    expect(await statusOf(dashboard, { headers: { host }, method: 'POST' })).toBe(405);
  });

  it.each([
    ['/api/stream?pool=99', 404],
    ['/api/stream', 400],
    ['/api/why?pool=1', 400],
    ['/api/why?pool=1&connection=1e3', 400],
    ['/api/history?pool=1&version=-1', 400],
    ['/api/history?pool=1&at=soon', 400],
    ['/api/history?pool=1', 404],
    ['/api/export?pool=pool', 404],
    ['/api/export', 400],
    ['/assets/', 404],
    ['/assets/index.html', 404],
    ['/api/seconds', 400],
    ['/api/nothing', 404],
    ['/../package.json', 404],
    ['/%2e%2e/package.json', 404],
    ['//', 404],
  ])('answers %s with %i', async (path, status) => {
    const { pool } = await fakePool();
    const dashboard = await serve(pool, { history: 'watched' });
    expect(await statusOf(dashboard, { path })).toBe(status);
  });

  it.each(['/', '/assets/page.js', '/api/pools', '/api/stream?pool=1', '/api/why?pool=1&lease=9', '/api/nothing'])(
    'answers HEAD of %s as it does GET, without the content',
    async (path) => {
      const { pool } = await fakePool();
      const { url } = await serve(pool);
      const [head, got] = [await fetch(new URL(path, url), { method: 'HEAD' }), await fetch(new URL(path, url))];
      const told = ({ status, headers }: Response): unknown[] => [
        status,
        ...['content-type', 'content-length', 'content-security-policy'].map((name) => headers.get(name)),
      ];
      expect(told(head)).toEqual(told(got));
      expect(await head.text()).toBe('');
      await got.body?.cancel();
    },
  );

  it('streams a snapshot and frames whose totals are those of the pool', async () => {
    const { pool } = await fakePool({ minSize: 3, maxSize: 3 });
    const reading = await reader(await serve(pool));
    expect(reading.told[0]?.name).toBe('snapshot');
    for (let i = 0; i < 1000; i++) pool.tryCheckout()?.checkin();
    await until(() => reading.of('frame').at(-1)?.gauges.checkouts === 1000);
    expect(reading.of('frame').at(-1)?.gauges.checkins).toBe(1000);
    expect(reading.of('pools')[0]?.pools.map(({ id, name }) => [id, name])).toEqual([[1, 'pool']]);
  });

  it('tells why a connection, a waiter and a lease are as they are', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1 });
    const dashboard = await serve(pool);
    const lease = pool.tryCheckout();
    void pool.use(() => Promise.resolve()).catch(() => undefined);
    const [waiter] = pool.state.waiters;
    const why = async (what: string): Promise<WhyAnswer['account']> =>
      ((await answered(dashboard, `/api/why?pool=1&${what}`)) as WhyAnswer).account;
    expect(await why('connection=1')).toMatchObject({ connection: 1, because: 'it is leased' });
    expect(await why(`waiter=${waiter?.id}`)).toMatchObject({
      place: 1,
      because: expect.stringContaining('in use') as string,
    });
    expect(await why(`lease=${lease?.id}`)).toMatchObject({ lease: lease?.id });
    expect(await why('connection=77')).toBeNull();
    lease?.checkin();
  });

  it('shows the pool as it was, which is what replay makes of the log', async () => {
    const { pool, log } = await fakePool({ minSize: 2, maxSize: 2 });
    const dashboard = await serve(pool, { history: 'always' });
    for (let i = 0; i < 3000; i++) pool.tryCheckout()?.checkin();
    const version = pool.state.version - 1234;
    const past = (await answered(dashboard, `/api/history?pool=1&version=${version}`)) as HistoryPoint;
    const state = replay(log.slice(0, version));
    const { idle, active, checkouts } = state;
    expect(past).toMatchObject({ version, event: log[version - 1], gauges: { idle, active, checkouts } });
    expect(past.cells.map(([, id, status]) => [id, status])).toEqual(
      [...state.connections].map(({ id, status }) => [id, status]),
    );
  });
});
