/** Debian's browser, or the one that is named. */
export const browserPath: string = process.env['BROWSER_PATH'] ?? '/usr/bin/chromium';

/** Root may not use the sandbox, and a container has little shared memory. */
export const browserArgs: readonly string[] =
  process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];
