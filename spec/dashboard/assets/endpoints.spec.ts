import type { Page } from 'playwright-core';
import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { type Endpoint, type Pool, createPool } from '../../../lib/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage } from './page-suite.ts';

/** Two servers, of which one refuses everybody. */
async function halfDown(): Promise<Pool<string>> {
  const pool = createPool<string, Endpoint>({
    name: 'search',
    connect: ({ endpoint }) =>
      endpoint.id === 'db-2' ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve(endpoint.id),
    endpoints$: of([{ id: 'db-1' }, { id: 'db-2' }]),
    endpointBackoff: { minMs: 60_000, maxMs: 60_000 },
    connectBackoff: { minMs: 5, maxMs: 10 },
    minSize: 4,
  });
  await until(() => pool.state.endpoints.some(({ setAsideUntil }) => setAsideUntil > 0) && pool.state.idle === 4);
  return pool;
}

function rowsOf(page: Page, table: string): Promise<string[][]> {
  return page.$$eval(`${table} tr`, (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
}

describePage('the endpoints on the page of a dashboard', (open) => {
  it('are a table of their own, the one in trouble first', async () => {
    const pool = await halfDown();
    const lease = pool.tryCheckout();
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForSelector('#endpoints-rows tr');
    const rows = await rowsOf(page, '#endpoints-rows');
    expect(rows[0]?.slice(0, 3)).toEqual([
      'db-2',
      expect.stringMatching(/^set aside for .* after \d failures$/),
      '0 of 0',
    ]);
    expect(rows[1]?.slice(0, 4)).toEqual(['db-1', 'in service', '1 of 4', '0']);
    expect(await page.textContent('#endpoints-count')).toBe('1 of 2 not used now');
    lease?.checkin();
    await pool.close();
  });

  it('stand below their pool in the table of all pools', async () => {
    const pool = await halfDown();
    const other = createPool({ name: 'other', connect: () => Promise.resolve(1), minSize: 1 });
    const { url } = await serve([other, pool]);
    const page = await open(url);
    await page.waitForSelector('#overview-rows .endpoint');
    const names = (await rowsOf(page, '#overview-rows')).map(([name]) => name);
    expect(names.join(' ')).toMatch(/search db-2 db-1/);
    await Promise.all([pool.close(), other.close()]);
  });

  it('take no room where there are none', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 1 });
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForFunction(() => document.getElementById('facts')?.textContent !== '');
    expect(await page.isHidden('#endpoints')).toBe(true);
    await pool.close();
  });
});

describePage('the board on the page of a dashboard', (open) => {
  it('takes no room where no connection is, and comes with the first one', async () => {
    let isUp = false;
    const pool = createPool({
      connect: () => (isUp ? Promise.resolve(1) : Promise.reject(new Error('connect ECONNREFUSED'))),
      minSize: 1,
      connectBackoff: { minMs: 2000, maxMs: 2000 },
    });
    await until(() => pool.state.failedConnects > 0);
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForSelector('.health[data-status=down]');
    await page.waitForSelector('#cells', { state: 'hidden' });
    isUp = true;
    await page.waitForSelector('#cells', { state: 'visible' });
    await until(async () => (await page.$eval('#canvas', ({ clientHeight }) => clientHeight)) > 10);
    await pool.close();
  });
});
