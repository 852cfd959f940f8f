import { expect, it, onTestFinished } from 'vitest';
import { createPool } from 'rx-mcp-pool';
import { type Dashboard, serveDashboard } from 'rx-mcp-pool/dashboard';
import { describePage } from '../../dashboard/assets/page-suite.ts';

async function serve(path = ''): Promise<Dashboard> {
  const pool = createPool({ name: 'published', connect: () => Promise.resolve(1), minSize: 3, maxSize: 3 });
  const dashboard = await serveDashboard(pool, { port: 0, path });
  onTestFinished(async () => {
    await dashboard.close();
    await pool.close();
  });
  await pool.ready();
  return dashboard;
}

const parts = ['page.js', 'theme.js', 'style.css', 'favicon.svg', 'uplot.js', 'uplot.css', 'uplot-license'];

it.each(['', ...parts.map((name) => `assets/${name}`)])('serves the page as it is published: /%s', async (path) => {
  const { url } = await serve();
  const { status, headers } = await fetch(`${url}${path}`);
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^(text|image)\//)]);
});

describePage('the page as it is published', (open) => {
  it.each(['', '/below/this'])('shows a pool, at the path "%s"', async (path) => {
    const page = await open((await serve(path)).url);
    await page.waitForSelector('[data-link=live]');
    await page.waitForFunction(() => document.body.textContent.includes('published'));
    // Charts are drawn by uPlot, which is served from its own package.
    expect(await page.$$('.uplot canvas')).not.toEqual([]);
  });
});
