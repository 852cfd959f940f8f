import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { stopServing } from '../../support/served-dashboard.ts';
import { type OpenPage, type PageOptions, hasBrowser, launch, openPage } from './browser.ts';

/** Opens a page; it is closed after the test, which fails where anything has gone wrong in it. */
export type Open = (url: string, options?: PageOptions) => Promise<Page>;

/** Specs of the page, skipped where there is no browser. */
export function describePage(what: string, specs: (open: Open) => void): void {
  // A browser needs both cores for itself now and then.
  describe.skipIf(!hasBrowser)(what, { timeout: 60_000 }, () => {
    let browser: Browser;
    const opened: OpenPage[] = [];
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser.close());
    afterEach(async () => {
      const pages = opened.splice(0);
      await Promise.all(pages.map(({ page }) => page.context().close()));
      await stopServing();
      // The content security policy has stopped nothing, among other things.
      expect(pages.flatMap(({ troubles }) => troubles)).toEqual([]);
    });
    specs(async (url, options) => {
      const page = await openPage(browser, url, options);
      opened.push(page);
      return page.page;
    });
  });
}

/** What stands beside the slider. */
export async function whenOf(page: Page): Promise<string> {
  return String(await page.textContent('#when'));
}

/** Waits until there is a past to go to. */
export async function untilRecorded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getElementById('when')?.textContent.includes('recorded'));
}
