import { expect, it, onTestFinished } from 'vitest';
import { createPool } from 'rx-mcp-pool';
import { type Dashboard, serveDashboard } from 'rx-mcp-pool/dashboard';
import { describePage } from '../../dashboard/assets/page-suite.ts';

async function serve(): Promise<Dashboard> {
  const pool = createPool({ name: 'published', connect: () => Promise.resolve(1), minSize: 3, maxSize: 3 });
  const dashboard = await serveDashboard(pool, { port: 0 });
  onTestFinished(async () => {
    await dashboard.close();
    await pool.close();
  });
  await pool.ready();
  return dashboard;
}

it.each(['', 'page.js', 'theme.js', 'style.css', 'favicon.svg', 'uplot.js', 'uplot.css', 'uplot-license'])(
  'serves the page as it is published: /%s',
  async (path) => {
    const { url } = await serve();
    const { status, headers } = await fetch(`${url}${path}`);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^(text|image)\//)]);
  },
);

describePage('the page as it is published', (open) => {
  it('shows a pool', async () => {
    const page = await open((await serve()).url);
    await page.waitForSelector('[data-link=live]');
    await page.waitForFunction(() => document.body.textContent.includes('published'));
    // Charts are drawn by uPlot, which is served from its own package.
    expect(await page.$$('.uplot canvas')).not.toEqual([]);
  });
});
