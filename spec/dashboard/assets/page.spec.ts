import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { wordsOf } from '../../../lib/dashboard/shared/event-words.ts';
import { type PoolEvent, type PoolState, replay } from '../../../lib/index.ts';
import { busyPool } from '../../support/busy-pool.ts';
import { collect } from '../../support/listen.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { describePage, whenOf } from './page-suite.ts';

/** Each connection as the page tells it to those who do not see it, by arrow keys from the first to the last. */
async function toldConnections(page: Page): Promise<string[]> {
  await page.focus('#slider');
  await page.keyboard.press('Shift+Tab');
  await page.focus('#cells');
  await page.keyboard.press('Home');
  const told: string[] = [];
  const size = Number(await page.getAttribute('#cursor', 'aria-setsize'));
  for (let i = 0; i < size; i++) {
    told.push((await page.textContent('#cursor')) ?? '');
    await page.keyboard.press('ArrowRight');
  }
  return told;
}

function connectionsOf(state: PoolState): string[] {
  return [...state.connections].map(({ id, status, health, leases, requestCount }) => {
    const isBad = health === 'unhealthy' && (status === 'idle' || status === 'active');
    const requests = `${requestCount.toLocaleString('en')} ${requestCount === 1 ? 'request' : 'requests'}`;
    return `Connection ${id}, ${status}${isBad ? ', unhealthy' : ''}, ${leases} ${leases === 1 ? 'lease' : 'leases'}, ${requests}`;
  });
}

async function legend(page: Page): Promise<Record<string, number>> {
  const items = await page.$$eval('#legend li', (list) =>
    list.map((item) => [item.dataset['kind'] ?? '', Number(item.querySelector('b')?.textContent.replaceAll(',', ''))]),
  );
  return Object.fromEntries(items) as Record<string, number>;
}

function kindsOf(state: PoolState): Record<string, number> {
  const kinds = { active: 0, idle: 0, pinned: 0, connecting: 0, unhealthy: 0, withheld: 0, closing: 0 };
  for (const { status, health } of state.connections) {
    const isUp = status === 'idle' || status === 'active';
    kinds[isUp && health === 'unhealthy' ? 'unhealthy' : status]++;
  }
  return kinds;
}

const versionText = (version: number): string => `Version ${version.toLocaleString('en')}`;

describePage('what the page of a dashboard shows', (open) => {
  it('shows after a chaotic run what the state is: cells, counts and totals to the last checkout', async () => {
    const { pool, stop } = busyPool({
      minSize: 30,
      maxSize: 40,
      clients: 60,
      failing: 3,
      maxWaiting: 15,
      healthCheckIntervalMs: 40,
    });
    const { url } = await serve(pool);
    const page = await open(url);
    await until(() => pool.state.checkouts > 3000, 15_000);
    await stop();
    // From here on nothing happens any more, not even checks.
    const settled = await pool.close({ timeoutMs: 1000 }).then(() => pool.state);
    await until(async () => (await whenOf(page)).startsWith(versionText(settled.version)));
    await page.click('#back');
    await until(async () => (await whenOf(page)).startsWith(versionText(settled.version - 1)));
    await page.click('#live');
    const totals = await page.$eval('#stats div:last-child', (stat) => stat.textContent);
    const { checkouts, failedCheckouts } = settled;
    const [failed, leases] = [failedCheckouts, checkouts].map((count) => count.toLocaleString('en'));
    expect(totals).toBe(`Failed${failed}besides ${leases} leases`);
    expect(await page.$eval('body', (body) => body.innerText)).toContain('closed');
    expect(await legend(page)).toEqual(kindsOf(settled));
  });

  it('shows each connection as it is, and as replay says that it was', async () => {
    const { pool, stop } = busyPool({
      minSize: 24,
      maxSize: 24,
      clients: 30,
      failing: 2,
      healthCheckIntervalMs: 60_000,
    });
    const log = collect(pool.events$);
    const { url } = await serve(pool);
    const page = await open(url);
    // What happened before anybody looked is not kept.
    const before = pool.state.checkouts;
    await until(() => pool.state.checkouts > before + 1500, 15_000);
    await stop();
    await until(() => pool.state.connecting + pool.state.closing === 0 && pool.state.idle >= 24);
    await until(async () => (await whenOf(page)).startsWith(versionText(pool.state.version)));
    expect(await toldConnections(page)).toEqual(connectionsOf(pool.state));
    expect(await legend(page)).toEqual(kindsOf(pool.state));

    const at = Math.ceil(log.at(-700)?.at ?? 0);
    const version = log.findLast((event) => event.at <= at)?.version ?? 0;
    await page.$eval(
      '#slider',
      (slider, to) => {
        (slider as HTMLInputElement).value = String(to);
        slider.dispatchEvent(new Event('input'));
      },
      at,
    );
    await until(async () => (await whenOf(page)).startsWith(versionText(version)));
    const was = replay(log.slice(0, version));
    expect(await legend(page)).toEqual(kindsOf(was));
    expect(await toldConnections(page)).toEqual(connectionsOf(was));
    const [event] = log.slice(version - 1) as [PoolEvent];
    expect(await whenOf(page)).toContain(`ago: ${event.type} ${wordsOf(event)}`);
    await page.keyboard.press('Escape');
    await until(async () => (await whenOf(page)).startsWith(versionText(pool.state.version)));
    await pool.close();
  });
});
