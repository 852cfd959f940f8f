import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import { createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';
import { describePage } from './page-suite.ts';

describePage('the trouble on the page of a dashboard', (open) => {
  it('is counted by kind with its newest cause, though it began before the page was open', async () => {
    const server = await startTcpServer();
    const { port } = server;
    await server.stop();
    await using pool = createMcpPool({
      transport: tcp({ port }),
      minSize: 1,
      connectBackoff: { minMs: 20, maxMs: 20 },
      checkoutTimeoutMs: 100,
    });
    const { url } = await serve(pool, { history: 'always' });
    await until(() => pool.state.failedConnects >= 3);
    const page = await open(url);
    await page.waitForSelector('#trouble:not([hidden])');
    const rows = (): Promise<string[]> =>
      page.$$eval('#troubles li', (list) =>
        list.map((row) => [...row.querySelectorAll('span')].map(({ textContent }) => textContent).join(' ')),
      );
    const failed = async (): Promise<string> => (await rows()).find((row) => row.includes('connect failed')) ?? '';
    expect(await failed()).toMatch(/^\d+ × connect failed: .*ECONNREFUSED.* \d\d:\d\d:\d\d/s);
    const before = Number.parseInt(await failed(), 10);
    expect(before).toBeGreaterThanOrEqual(3);
    await until(async () => Number.parseInt(await failed(), 10) > before);
    // One row a kind, however often.
    const kinds = (await rows()).map((row) => row.replaceAll(/\d+/g, ''));
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it('takes no room where there is none, and leads to the moment where there is', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 2 });
    await pool.ready();
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForFunction(() => document.getElementById('facts')?.textContent !== '');
    expect(await page.isHidden('#trouble')).toBe(true);
    const lease = pool.tryCheckout();
    lease?.destroy(new Error('the disk is full'));
    await page.click('#troubles button');
    await page.waitForSelector('[data-mode=past]');
    expect(await page.textContent('#link')).toMatch(/PAST \d\d:\d\d:\d\d\.\d{3}, .* ago/);
    await pool.close();
  });
});
