import { expect, it } from 'vitest';
import { fakePool } from '../../support/fake-pool.ts';
import { mountings } from '../../support/mounted-dashboard.ts';
import { describePage } from './page-suite.ts';

describePage('the page of a dashboard that is mounted', (open) => {
  it.each(Object.entries(mountings))(
    'lives below a path of %s, with and without a slash at its end',
    async (_, mounted) => {
      const { pool } = await fakePool({ minSize: 3, maxSize: 3 });
      const { origin } = await mounted(pool);
      for (const address of [`${origin}/admin/pools`, `${origin}/admin/pools/?pool=1`]) {
        const page = await open(address);
        await page.waitForSelector('[data-link=live]');
        expect(new URL(page.url()).pathname).toBe('/admin/pools/');
        // Its styles, its charts, its stream and what it asks for.
        expect(await page.$$('.uplot canvas')).not.toEqual([]);
        expect(await page.evaluate(() => getComputedStyle(document.body).display)).not.toBe('block');
        await page.focus('#cells');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => document.getElementById('why')?.textContent.includes('idle'));
      }
      await pool.close();
    },
  );
});
