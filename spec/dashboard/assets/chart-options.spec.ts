import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage } from './page-suite.ts';

describePage('the charts on the page of a dashboard', (open) => {
  it('name their lines by whole numbers, and show a minute even of one point', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 7, metricsWindowMs: 2_000_000 });
    const { url } = await serve(pool);
    const page = await open(url);
    const written = (): Promise<string[]> => page.evaluate(() => Reflect.get(globalThis, 'written') as string[]);
    // What is drawn on a canvas is read nowhere else.
    await page.addInitScript(() => {
      const texts: string[] = [];
      Reflect.set(globalThis, 'written', texts);
      // Nobody has to see it.
      CanvasRenderingContext2D.prototype.fillText = (text) => void texts.push(text);
    });
    await page.reload();
    await page.waitForSelector('[data-link=live]');
    // A window ends with the pool.
    const before = (await written()).length;
    await pool.close();
    await until(async () => (await written()).length > before);
    const texts = (await written()).slice(before);
    // The hours of a day all end like this.
    expect(texts.filter((text) => /^\d\d:\d\d:\d\d$/.test(text) && !text.endsWith(':00:00'))).not.toEqual([]);
    // Two of the charts count something, of which there is no half.
    const counts = texts.filter((text) => /^[\d.]+$/.test(text));
    expect(counts).toEqual(expect.arrayContaining(['0', '1', '2', '4', '6']));
    expect(counts.filter((text) => !/^\d+$/.test(text))).toEqual([]);
  });
});
