import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import { busyPool } from '../../support/busy-pool.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage } from './page-suite.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

/** What axe has against the page as it is now, each with the first element. */
async function violations(page: Page): Promise<string[]> {
  // The content security policy lets no script of ours in; the debugger is not bound by it.
  await page.evaluate(await readFile(axe, 'utf8'));
  return page.evaluate(async () => {
    const loaded = Reflect.get(globalThis, 'axe') as Axe;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await loaded.run({ runOnly: tags });
    return found.violations.map(({ id, nodes: [first] }) => `${id}: ${first?.html} ${first?.failureSummary}`);
  });
}

describePage('the page of a dashboard, asked by axe', (open) => {
  it.each(['light', 'dark'] as const)(
    'has nothing to object to: live, in the past, with its dialogs, and of several pools (%s)',
    async (colorScheme) => {
      const { pool, stop } = busyPool({ minSize: 6, maxSize: 8, clients: 12, failing: 5, healthCheckIntervalMs: 100 });
      const other = createPool({ name: 'down', connect: () => Promise.reject(new Error('refused')), minSize: 1 });
      const { url } = await serve([pool, other]);
      await until(() => pool.state.healthCheckFailures > 0 && pool.state.checkouts > 100, 15_000);
      const page = await open(`${url}?pool=1`, { colorScheme });
      await page.waitForSelector('#troubles button');
      expect(await violations(page)).toEqual([]);
      await page.click('#canvas', { position: { x: 20, y: 20 } });
      await page.waitForSelector('#why h3');
      await page.keyboard.press('[');
      await page.waitForSelector('body[data-mode=past]');
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      for (const [key, dialog] of [
        ['?', '#keys'],
        ['g', '#go'],
      ] as const) {
        await page.keyboard.press(key);
        await page.waitForSelector(`${dialog}[open]`);
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.waitForSelector(`${dialog}:not([open])`, { state: 'attached' });
      }
      await page.goto(url);
      await page.waitForSelector('#overview-rows tr');
      expect(await violations(page)).toEqual([]);
      await stop();
      await Promise.all([pool.close(), other.close()]);
    },
    60_000,
  );
});
