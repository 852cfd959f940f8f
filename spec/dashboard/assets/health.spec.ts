import { expect, it } from 'vitest';
import { createMcpPool, stdio, tcp } from '../../../lib/mcp/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { describePage } from './page-suite.ts';

const dying = "console.error('cannot open billing.yaml'); process.exit(1)";

describePage('what the page of a dashboard says of the health of a pool', (open) => {
  it('is why nothing is up, since when and what comes next, on the page and in the title of its tab', async () => {
    await using pool = createMcpPool({
      name: 'billing',
      transport: stdio({ command: process.execPath, args: ['-e', dying] }),
      minSize: 1,
      connectBackoff: { minMs: 60_000, maxMs: 60_000 },
    });
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForSelector('#health[data-status=down]');
    expect(await page.textContent('#health-status')).toMatch(/^down for [\d.]+ s, since \d\d:\d\d:\d\d$/);
    expect(await page.textContent('#health-sentence')).toMatch(
      /^Nothing is up: .*code 1.*cannot open billing\.yaml.* Next try (in [\d.]+ s|now)\.$/,
    );
    expect(await page.title()).toMatch(/^down: billing: Nothing is up: .*cannot open billing\.yaml/);
  });

  it('is told anew when the server has come back', async () => {
    const first = await startTcpServer();
    const { port } = first;
    await first.stop();
    await using pool = createMcpPool({
      name: 'search',
      transport: tcp({ port }),
      minSize: 1,
      connectBackoff: { minMs: 50, maxMs: 200 },
    });
    const { url } = await serve(pool);
    const page = await open(url);
    await page.waitForSelector('#health[data-status=down]');
    const server = await startTcpServer(port);
    await page.waitForSelector('#health[data-status=ok]');
    await page.waitForFunction(() => document.title === 'search');
    await page.waitForFunction(() => document.getElementById('announce')?.textContent === 'The pool is well again');
    await page.waitForFunction(() => document.getElementById('health-sentence')?.textContent.endsWith('is up.'));
    await server.stop();
  });
});
