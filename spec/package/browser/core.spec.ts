import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser } from 'playwright-core';
import { hasBrowser, launch } from '../../dashboard/assets/browser.ts';
import { root } from '../../support/papers.ts';

/** A page's program: everything of the core that would ask Node.js for something, and what came of it. */
const program = `
  import { from, lastValueFrom, toArray } from 'rxjs';
  import { codel, createPool, leastLoaded, replay, withConnection } from 'rx-mcp-pool';

  globalThis.run = async () => {
    const closed = [];
    const events = [];
    let checks = 0;
    const pool = createPool({
      ...{ name: 'page', minSize: 1, maxSize: 3, seed: 1, strategy: leastLoaded(), queue: codel() },
      ...{ idleTimeoutMs: 1000, healthCheckIntervalMs: 20, checkoutTimeoutMs: 1000 },
      connect: async ({ id }) => (id === 1 ? Promise.reject(new Error('not yet')) : { id }),
      check: async () => void (checks += 1),
      close: ({ id }) => void closed.push(id),
    });
    pool.events$.subscribe((event) => events.push(event));
    const double = (connection, request) => new Promise((resolve) => setTimeout(resolve, 1, request * 2));
    const doubled = await lastValueFrom(from([1, 2, 3, 4]).pipe(withConnection(pool, double), toArray()));
    const lease = await pool.lease({ timeoutMs: 1000 });
    lease.checkin();
    const used = await pool.use(async ({ id }) => typeof id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.close();
    const state = replay(events);
    return {
      ...{ doubled: doubled.sort(), used, checkouts: pool.metrics.totalCheckouts, phase: pool.state.phase },
      replayed: JSON.stringify(state) === JSON.stringify(pool.state),
      checked: checks > 0,
      retried: events.some(({ type }) => type === 'connectFailed'),
      hasNode: 'process' in globalThis,
      allClosed: closed.length > 0,
    };
  };`;

/** Bundled as an application of a page is; fails where something is asked for that a browser does not have. */
async function bundled(): Promise<{ readonly text: string; readonly inputs: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    // As whoever has installed the package: not the sources.
    ...{ absWorkingDir: root, tsconfigRaw: {}, write: false, metafile: true, logLevel: 'silent', outdir: 'build' },
    ...{ bundle: true, format: 'iife', platform: 'browser', target: 'es2022' },
  });
  return { text: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
}

describe('the core without Node.js', () => {
  it('is bundled for a browser, with no import of a module of Node.js', async () => {
    const { text, inputs } = await bundled();
    expect(inputs).toContain('build/dist/index.js');
    expect(inputs.filter((path) => path.startsWith('node:') || path.startsWith('lib/'))).toEqual([]);
    expect(text.match(/(?:from|import|require)\s*\(?\s*["']node:[^"']*/g)).toBeNull();
  });

  describe.skipIf(!hasBrowser)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser.close());

    it('leases, waits, checks, retries, records and closes', async () => {
      const page = await browser.newPage();
      const troubles: string[] = [];
      page.on('pageerror', ({ message }) => troubles.push(message));
      await page.addScriptTag({ content: (await bundled()).text });
      const told = await page.evaluate(() => (Reflect.get(globalThis, 'run') as () => Promise<object>)());
      expect(told).toEqual({
        ...{ doubled: [2, 4, 6, 8], used: 'number', checkouts: 6, phase: 'closed' },
        ...{ replayed: true, checked: true, retried: true, hasNode: false, allClosed: true },
      });
      expect(troubles).toEqual([]);
    });
  });
});
