import { expect, it } from 'vitest';
import type { WatchedPool } from '../../../lib/dashboard/index.ts';
import { createPool } from '../../../lib/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { describePage } from './page-suite.ts';

describePage('what the page of a dashboard is linked to', (open) => {
  it('is told where there is no pool yet, and where none is left', async () => {
    const shown: WatchedPool[] = [];
    const { url } = await serve({ pools: () => shown });
    const page = await open(`${url}?pool=1`);
    const link = (text: string): Promise<unknown> =>
      page.waitForFunction((is) => document.getElementById('link-text')?.textContent.endsWith(is), text);
    await link('there is no pool yet');
    const pools = [1, 2].map((minSize) => createPool({ connect: () => Promise.resolve(1), minSize }));
    shown.push(...pools);
    await link('as it is now');
    await page.waitForSelector('#chooser:not([hidden])');
    shown.splice(0);
    await link('this pool is gone');
    await page.waitForSelector('#chooser[hidden]', { state: 'attached' });
    expect(await page.$$('#pool option')).toEqual([]);
    await Promise.all(pools.map((pool) => pool.close()));
  });
});
