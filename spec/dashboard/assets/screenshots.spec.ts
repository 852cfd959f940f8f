import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { random } from '../../../lib/index.ts';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { seeded } from '../../support/seeded.ts';
import { serve } from '../../support/served-dashboard.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { forgetfulPool } from './forgetful-pool.ts';
import { describePage } from './page-suite.ts';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
/** Of a wide screen, a small one and a telephone. */
const sizes = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const;
const draw = seeded(3);

/** Calls tools until `isOver`, now and then one that takes too long. */
async function client({ client: tools }: McpPool, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const wave = 1 + Math.sin(performance.now() / 6000);
    const isSlow = draw(200) === 0;
    const call =
      draw(3) === 0
        ? tools.callTool({ name: 'echo', arguments: { message: 'hi' } })
        : tools.callTool(
            { name: 'sleep', arguments: { ms: isSlow ? 400 : 2 + draw(1 + 26 * wave) } },
            { timeout: isSlow ? 120 : 5000 },
          );
    await call.catch(() => undefined);
    await sleep(draw(14));
  }
}

// The pictures of the README: SCREENSHOTS=1 npx vitest run --config .config/vitest.config.ts spec/dashboard/assets
describePage('the pictures of the README', (open) => {
  it.skipIf(process.env['SCREENSHOTS'] === undefined)(
    'are taken in both themes and three sizes',
    async () => {
      const server = await startTcpServer();
      const pool = createMcpPool({
        name: 'search-production',
        transport: tcp({ port: server.port }),
        minSize: 60,
        maxSize: 72,
        strategy: random(),
        healthCheckIntervalMs: 1500,
        maxUses: 900,
      });
      const { url } = await serve(pool);
      let over = false;
      const clients = Array.from({ length: 66 }, () => client(pool, () => over));
      await sleep(45_000);
      await mkdir(folder, { recursive: true });
      for (const theme of ['light', 'dark'] as const) {
        for (const [width, height] of sizes) {
          const page = await open(url, { colorScheme: theme, viewport: { width, height } });
          await page.focus('#cells');
          await page.keyboard.press('Enter');
          await page.waitForSelector('#why h3');
          await sleep(2500);
          const name = width === sizes[0][0] ? theme : `${theme}-${width}`;
          await page.screenshot({ path: `${folder}${name}.png` });
        }
      }
      over = true;
      await Promise.all(clients);
      await pool.close();
      await server.stop();
      expect(pool.state.phase).toBe('closed');
    },
    400_000,
  );

  it.skipIf(process.env['SCREENSHOTS'] === undefined)(
    'has one of a pool that fails',
    async () => {
      const { pool, server } = await forgetfulPool();
      const { url } = await serve(pool);
      let over = false;
      const clients = Array.from({ length: 12 }, () => client(pool, () => over));
      await sleep(25_000);
      await server.forget();
      await sleep(40_000);
      const page = await open(url, { viewport: { width: 1440, height: 900 } });
      await sleep(2500);
      await page.screenshot({ path: `${folder}failing.png` });
      expect(await page.getAttribute('#health', 'data-status')).toBe('down');
      over = true;
      await Promise.all(clients);
      await pool.close();
    },
    120_000,
  );
});
