import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';

/** Debian's browser, or the one that is named. */
const executablePath = process.env['BROWSER_PATH'] ?? '/usr/bin/chromium';

/** Whether there is one. Where it is required, its absence is a failure and not a reason to skip. */
export const hasBrowser: boolean = existsSync(executablePath) || isRequired();

/** Starts the browser; says what to do where there is none. */
export async function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}: apt-get install chromium`);
  // Root may not use the sandbox, and a container has little shared memory.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];
  return chromium.launch({ executablePath, args });
}

/** Size, colours and the like. */
export type PageOptions = BrowserContextOptions;

/** A page, and everything that went wrong in it: errors, and what the content security policy has stopped. */
export interface OpenPage {
  readonly page: Page;
  readonly troubles: string[];
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.goto(url);
  await page.waitForSelector('[data-link=live], [data-link=none]');
  return { page, troubles };
}

function isRequired(): boolean {
  const isSet = (process.env['REQUIRE_BROWSER'] ?? '') !== '';
  if (!isSet && !existsSync(executablePath)) {
    process.stderr.write(`no browser at ${executablePath}: the specs that need one are skipped\n`);
  }
  return isSet;
}
