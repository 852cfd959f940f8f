import { expect, it } from 'vitest';
import type { ViewSnapshot } from '../../../lib/dashboard/protocol.ts';
import { createPool } from '../../../lib/index.ts';
import { reader, serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage, whenOf } from './page-suite.ts';

describePage('time travel on the page of a dashboard', (open) => {
  it('ends where another server answers, whose past is another one', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 3 });
    const dashboard = await serve(pool, { history: 'always' });
    await pool.use(() => Promise.resolve());
    const [snapshot] = (await reader(dashboard)).of('snapshot') as [ViewSnapshot];
    let told = snapshot;
    const page = await open(dashboard.url);
    // Each answer ends at once, so that the page soon asks again.
    await page.route('**/api/stream*', (route) =>
      route.fulfill({
        contentType: 'text/event-stream',
        body: `retry: 100\nevent: snapshot\ndata: ${JSON.stringify(told)}\n\n`,
      }),
    );
    await page.reload();
    await page.click('#canvas', { position: { x: 20, y: 20 } });
    await page.waitForSelector('#why h3');
    await page.keyboard.press('[');
    await page.waitForSelector('body.past');
    // As from a process that began later.
    told = { ...snapshot, timeOrigin: snapshot.timeOrigin + 60_000 };
    await page.waitForSelector('body:not(.past)');
    expect(await whenOf(page)).toContain(`Version ${snapshot.version}`);
    expect(await page.textContent('#why')).toContain('Choose a connection');
    await pool.close();
  });

  it('begins with what was recorded before, though nothing happens any more', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 3 });
    const { url } = await serve(pool, { history: 'always' });
    await pool.use(() => Promise.resolve());
    await pool.close();
    const page = await open(url);
    await until(() => page.isEnabled('#slider'));
    expect(await whenOf(page)).toMatch(new RegExp(`^Version ${pool.state.version}, the last .+ recorded$`));
    const [from, to] = await Promise.all(['min', 'max'].map((name) => page.getAttribute('#slider', name)));
    expect(Number(to)).toBeGreaterThan(Number(from));
  });
});
