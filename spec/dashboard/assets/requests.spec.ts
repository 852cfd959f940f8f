import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { createPool } from '../../../lib/index.ts';
import type { McpRequestEvent } from '../../../lib/mcp/index.ts';
import { serve } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';
import { countedPool } from '../../support/watched-pool.ts';
import { describePage } from './page-suite.ts';

describePage('the requests on the page of a dashboard', (open) => {
  it('are those of the last window, silent where there were none, and of no other pool', async () => {
    const [pool, other] = [1, 2].map((minSize) => createPool({ connect: () => Promise.resolve(1), minSize }));
    if (pool === undefined || other === undefined) throw new Error('there are no pools');
    const requests$ = new Subject<McpRequestEvent>();
    const { url } = await serve([Object.assign(countedPool(pool).pool, { requests$ }), other]);
    const page = await open(`${url}?pool=1`);
    const row = async (): Promise<string> => String(await page.textContent('#requests-rows'));
    expect(await page.isHidden('#requests')).toBe(true);
    const asked = { method: 'tools/call', tool: 'echo', status: 'answered', at: 0, waitedMs: 0, attempts: 1 } as const;
    for (let i = 0; i < 500; i++) requests$.next({ ...asked, pool: 'pool', tookMs: 2 });
    await until(async () => /^tools\/call echo[45]\d\d2\.00 ms2\.00 ms0$/.test(await row()));
    await until(async () => (await row()) === 'tools/call echo0––0');
    await page.selectOption('#pool', '2');
    await until(() => page.isHidden('#requests'));
    await Promise.all([pool.close(), other.close()]);
  });
});
