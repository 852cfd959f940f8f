import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import { busyPool } from '../../support/busy-pool.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage, untilRecorded } from './page-suite.ts';

describePage('the keys of the page of a dashboard', (open) => {
  it('are shown by ?, filter by /, and go to a moment by g', async () => {
    const pool = createPool({ connect: () => Promise.resolve(1), minSize: 2 });
    const { url } = await serve(pool);
    await pool.use(() => Promise.resolve());
    const page = await open(url);
    await page.keyboard.press('?');
    expect(await page.textContent('#keys[open]')).toContain('go to a moment');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter');
    // What is typed there is text.
    await page.keyboard.type('g?[');
    expect(await page.inputValue('#filter')).toBe('g?[');
    await untilRecorded(page);
    await page.focus('#slider');
    await page.keyboard.press('g');
    await page.fill('#moment', 'tomorrow');
    await page.keyboard.press('Enter');
    expect(await page.textContent('#go-error')).toContain('Write a time of day');
    await page.fill('#moment', '0 s');
    await page.keyboard.press('Enter');
    await page.waitForSelector('body[data-mode=past]');
    await pool.close();
  });

  it('move within a list, which is one stop of the Tab key', async () => {
    const { pool, stop } = busyPool({ minSize: 4, maxSize: 4, clients: 4 });
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForSelector('#events li:nth-child(20)');
    await page.click('#hold');
    const stops = (): Promise<number> =>
      page.$$eval('#events button', (all) => all.filter((b) => b.tabIndex === 0).length);
    expect(await stops()).toBe(1);
    const focused = (): Promise<number> =>
      page.evaluate(() =>
        [...document.querySelectorAll('#events button')].findIndex((button) => button === document.activeElement),
      );
    await page.focus('#events button[tabindex="0"]');
    for (const [key, place] of [
      ['ArrowDown', 1],
      ['ArrowDown', 2],
      ['ArrowUp', 1],
      ['Home', 0],
      ['ArrowUp', 0],
    ] as const) {
      await page.keyboard.press(key);
      expect(await focused()).toBe(place);
    }
    expect(await stops()).toBe(1);
    await stop();
    await pool.close();
  });

  it('take the slider a second back, and to the present again', async () => {
    const { pool, stop } = busyPool({ minSize: 2, maxSize: 2, clients: 2 });
    const { url } = await serve(pool);
    await until(() => pool.state.checkouts > 100);
    const page = await open(url);
    await untilRecorded(page);
    await page.waitForTimeout(1500);
    await page.focus('#slider');
    const before = Number(await page.inputValue('#slider'));
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('body[data-mode=past]');
    const after = Number(await page.inputValue('#slider'));
    expect(before - after).toBeGreaterThan(500);
    expect(before - after).toBeLessThan(1600);
    await page.keyboard.press('PageUp');
    await page.waitForSelector('body[data-mode=live]');
    await stop();
    await pool.close();
  });
});

describePage('the charts of the page of a dashboard', (open) => {
  it('tell the values at the pointer, zoom by a drag, and lead to the moment of a click', async () => {
    const { pool, stop } = busyPool({ minSize: 4, maxSize: 4, clients: 8 });
    const { url } = await serve(pool);
    const page = await open(url);
    const over = page.locator('#rate .u-over');
    await page.waitForFunction(() => document.getElementById('rate-0')?.textContent !== '–');
    await page.waitForTimeout(3000);
    const { width = 0 } = (await over.boundingBox()) ?? {};
    await over.hover({ position: { x: width - 3, y: 20 } });
    await page.waitForFunction(() => /^\d\d:\d\d:\d\d$/.test(document.getElementById('pointer')?.textContent ?? ''));
    // The crosshair is that of every chart.
    const lefts = await page.$$eval('.u-cursor-x', (all) => all.map((line) => new DOMMatrix(line.style.transform).e));
    expect(lefts.length).toBe(4);
    expect(Math.max(...lefts) - Math.min(...lefts)).toBeLessThan(3);
    await over.dragTo(over, { sourcePosition: { x: width / 2, y: 20 }, targetPosition: { x: width - 5, y: 20 } });
    await page.waitForSelector('#zoom:not([hidden])');
    expect(await page.getAttribute('body', 'data-mode')).toBe('live');
    await over.dblclick({ position: { x: width / 2, y: 30 } });
    await page.waitForSelector('#zoom[hidden]', { state: 'attached' });
    expect(await page.getAttribute('body', 'data-mode')).toBe('live');
    await over.click({ position: { x: width - 8, y: 20 } });
    await page.waitForSelector('body[data-mode=past]');
    await stop();
    await pool.close();
  });
});
