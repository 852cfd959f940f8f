import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import { reader, serve } from '../../support/served-dashboard.ts';
import { describePage, untilRecorded } from './page-suite.ts';

describePage('the mode on the page of a dashboard', (open) => {
  it('is live, past with its instant, and live again', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 2 });
    const { url } = await serve(pool, { history: 'always' });
    await pool.use(() => Promise.resolve());
    const page = await open(url);
    const mode = async (is: string): Promise<string> => {
      await page.waitForSelector(`body[data-mode=${is}]`);
      return String(await page.textContent('#link')).trim();
    };
    expect(await mode('live')).toBe('LIVE as it is now');
    await untilRecorded(page);
    await page.keyboard.press('[');
    expect(await mode('past')).toMatch(/^PAST \d\d:\d\d:\d\d\.\d{3}, .+ ago$/);
    await page.keyboard.press('Escape');
    expect(await mode('live')).toBe('LIVE as it is now');
    await pool.close();
  });

  it('is lost since the server is gone, with the clock of the pool standing still', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 1, maxSize: 1, checkoutTimeoutMs: 60_000 });
    await pool.ready();
    const lease = pool.tryCheckout();
    const waiting = pool.use(() => Promise.resolve());
    const dashboard = await serve(pool);
    const [told] = (await reader(dashboard)).of('snapshot');
    const page = await open(dashboard.url);
    // It says how the pool is, and no more.
    await page.route('**/api/stream*', (route) =>
      route.fulfill({
        contentType: 'text/event-stream',
        body: `retry: 60000\nevent: snapshot\ndata: ${JSON.stringify(told)}\n\n`,
      }),
    );
    await page.reload();
    const waited = (): Promise<string | null> => page.textContent('#waiting .time');
    await page.waitForSelector('body[data-mode=lost]');
    await page.waitForSelector('#waiting .time');
    expect(await page.textContent('#link')).toMatch(/LOST since \d\d:\d\d:\d\d: /);
    const before = await waited();
    await page.waitForTimeout(500);
    expect(await waited()).toBe(before);
    lease?.checkin();
    await waiting;
    await pool.close();
  });
});
