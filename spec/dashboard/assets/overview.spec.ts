import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage, untilRecorded } from './page-suite.ts';

describePage('all pools on the page of a dashboard', (open) => {
  it('are in a table, the worst first, and each leads to its own page', async () => {
    const connect = (): Promise<number> => Promise.resolve(1);
    const calm = createPool({ name: 'calm', connect, minSize: 3 });
    const busy = createPool({ name: 'busy', connect, minSize: 1, maxSize: 1, checkoutTimeoutMs: 60_000 });
    const refused = (): Promise<number> => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:3000'));
    const broken = createPool({ name: 'broken', connect: refused, minSize: 1 });
    await Promise.all([calm.ready(), busy.ready()]);
    const lease = busy.tryCheckout();
    const waiting = busy.use(() => Promise.resolve());
    const { url } = await serve([calm, busy, broken]);
    const page = await open(url);
    const rows = (): Promise<string[][]> =>
      page.$$eval('#overview-rows tr', (list) => list.map((row) => [...row.children].map((cell) => cell.textContent)));
    await until(async () => Number((await rows())[0]?.[5]) > 0);
    const told = await rows();
    expect(told.map(([name]) => name)).toEqual(['broken', 'busy', 'calm']);
    expect(told[0]?.[1]).toMatch(/^down.*ECONNREFUSED/);
    expect(told[1]?.slice(2, 4)).toEqual(['1 of 1', '1']);
    expect(told[2]?.slice(1, 4)).toEqual(['ok', '0 of 3', '0']);
    expect(await page.title()).toMatch(/^[12] of 3 pools not ok$/);
    expect(await page.isHidden('#one')).toBe(true);
    await page.click('#overview-rows a:text-is("busy")');
    await page.waitForSelector('#one');
    await page.waitForFunction(() => document.getElementById('name')?.textContent === 'busy');
    await page.selectOption('#pool', { label: 'All pools' });
    await page.waitForSelector('#overview-rows tr');
    expect(await page.isVisible('#overview')).toBe(true);
    lease?.checkin();
    await waiting;
    await Promise.all([calm, busy, broken].map((pool) => pool.close({ timeoutMs: 0 })));
  });
});

describePage('other nodes on the page of a dashboard', (open) => {
  it('stand below the pools, those in trouble first, also where there is one pool only', async () => {
    const pool = createPool({ name: 'search', connect: () => Promise.resolve(1), minSize: 1 });
    const error = 'it refuses what this node seals: their keys differ';
    const peers = [
      { url: 'http://10.0.0.2:4000', status: 'up' },
      { url: 'http://10.0.0.3:4000', status: 'refusing', error },
    ] as const;
    const { url } = await serve({ pools: () => [pool], peers });
    const page = await open(url);
    await page.waitForSelector('#peers-rows tr');
    const rows = await page.$$eval('#peers-rows tr', (list) =>
      list.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    expect(rows).toEqual([
      ['http://10.0.0.3:4000', `refusing: ${error}`],
      ['http://10.0.0.2:4000', 'up'],
    ]);
    await page.click('#overview-rows a');
    await page.waitForFunction(() => document.getElementById('name')?.textContent === 'search');
    await page.selectOption('#pool', { label: 'All pools' });
    await page.waitForSelector('#peers-rows tr');
    await pool.close();
  });
});

describePage('the address of the page of a dashboard', (open) => {
  it('names the pool and the moment, for somebody else', async () => {
    const pool = createPool({ name: 'search', connect: () => Promise.resolve(1), minSize: 2 });
    const { url } = await serve(pool);
    for (let i = 0; i < 20; i++) await pool.use(() => Promise.resolve());
    const page = await open(url);
    await untilRecorded(page);
    await page.keyboard.press('[');
    await page.waitForFunction(() => location.search.includes('at='));
    expect(page.url()).toMatch(/\?pool=1&at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const told = String(await page.textContent('#link'));
    const other = await open(page.url());
    await other.waitForSelector('body[data-mode=past]');
    // To the second.
    const second = /PAST (\d\d:\d\d:\d\d)/;
    expect(second.exec(String(await other.textContent('#link')))?.[1]).toBe(second.exec(told)?.[1]);
    await other.keyboard.press('Escape');
    await other.waitForSelector('body[data-mode=live]');
    expect(other.url()).toMatch(/\?pool=1$/);
    await pool.close();
  });

  it('names who was chosen and what was zoomed into', async () => {
    const pool = createPool({ name: 'search', connect: () => Promise.resolve(1), minSize: 2 });
    const { url } = await serve(pool);
    const page = await open(url);
    await untilRecorded(page);
    await page.click('#canvas', { position: { x: 12, y: 12 } });
    await page.waitForSelector('#why h3');
    const box = await page.locator('#rate .u-over').boundingBox();
    const [x = 0, y = 0] = [box?.x, box?.y];
    await page.mouse.move(x + 40, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + 120, y + 20);
    await page.mouse.up();
    await page.waitForSelector('#zoom:not([hidden])');
    expect(page.url()).toMatch(/\?pool=1&from=[^&]+Z&to=[^&]+Z&connection=1$/);
    const other = await open(page.url());
    await other.waitForSelector('#why h3');
    expect(await other.textContent('#why h3')).toBe('connection 1');
    expect(await other.isVisible('#zoom')).toBe(true);
    await other.dblclick('#rate .u-over');
    await other.waitForSelector('#zoom', { state: 'hidden' });
    expect(other.url()).toMatch(/\?pool=1&connection=1$/);
    await pool.close();
  });
});
