import { afterEach, describe, expect, it } from 'vitest';
import type { Dashboard } from '../../lib/dashboard/index.ts';
import { type FakePool, fakePool } from '../support/fake-pool.ts';
import { answered, reader, serve, stopServing } from '../support/served-dashboard.ts';
import { until } from '../support/until.ts';

afterEach(stopServing);

interface Exported {
  readonly pool: string;
  readonly seconds: readonly (Readonly<Record<string, unknown>> & { readonly time: string })[];
  readonly metrics: readonly (Readonly<Record<string, unknown>> & { readonly time: string })[];
  readonly events: readonly { readonly time: string; readonly type: string; readonly version: number }[];
}

/** A pool with two checkouts and a second of metrics. */
async function recorded(): Promise<FakePool & { dashboard: Dashboard }> {
  const opened = await fakePool({ minSize: 2, maxSize: 2 });
  const dashboard = await serve(opened.pool, { history: 'always' });
  const reading = await reader(dashboard);
  for (let i = 0; i < 2; i++) opened.pool.tryCheckout()?.checkin();
  await until(() => reading.of('frame').some(({ windows }) => windows.length > 0));
  return { ...opened, dashboard };
}

async function asked(dashboard: Dashboard, query: string): Promise<Exported> {
  return (await answered(dashboard, `/api/export?pool=pool${query}`)) as Exported;
}

describe('an export', () => {
  it('has a point a second and each event, by the clock on the wall', async () => {
    const since = Date.now();
    const { dashboard, pool, log } = await recorded();
    const { pool: name, seconds, metrics, events } = await asked(dashboard, '');
    expect(name).toBe('pool');
    expect(seconds.length).toBe(metrics.length);
    expect(seconds[0]).toMatchObject({ checkouts: expect.closeTo(2, 0) as unknown, size: 2, counts: { leaks: 0 } });
    expect(metrics[0]).toMatchObject({ checkoutsPerSecond: expect.closeTo(2, 0) as unknown, size: 2, waiting: 0 });
    expect(metrics[0]).toHaveProperty('waitTimeUs.p99');
    expect(events.map(({ version, type }) => [version, type])).toEqual(
      log.slice(-events.length).map(({ version, type }) => [version, type]),
    );
    expect(events.at(-1)?.version).toBe(pool.state.version);
    for (const { time } of [...metrics, ...events]) {
      expect(Math.abs(Date.parse(time) - since)).toBeLessThan(60_000);
    }
  });

  it('has what is in the range, to the millisecond, however that is written', async () => {
    const { dashboard } = await recorded();
    const { events, metrics } = await asked(dashboard, '');
    const [at = '', ended = ''] = [events.at(-1)?.time, metrics.at(-1)?.time];
    const from = new Date(Date.parse(at) + 1).toISOString();
    for (const query of [`&from=${from}`, `&from=${Date.parse(from)}`, `&from=${from.replace('Z', '+00:00')}`]) {
      expect(await asked(dashboard, query)).toMatchObject({ events: [], metrics });
    }
    const until = new Date(Date.parse(ended) - 1).toISOString();
    expect(await asked(dashboard, `&to=${until}`)).toMatchObject({ events, metrics: metrics.slice(0, -1) });
  });

  it('is a table of either as CSV, in a file with the name of the pool', async () => {
    const { dashboard, pool } = await recorded();
    const response = await fetch(new URL('/api/export?pool=pool&format=csv', dashboard.url));
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="pool-seconds.csv"');
    expect(await response.text()).toMatch(/^time,checkouts,size,active,waiting,waitP50Us,.*,failedCheckouts,/);
    const metrics = await fetch(new URL('/api/export?pool=pool&format=csv&table=metrics', dashboard.url));
    const [names = '', first = ''] = (await metrics.text()).split('\r\n');
    expect(names).toMatch(/^time,checkoutsPerSecond,active,size,waiting,waitTimeUs\.count,/);
    expect(first.split(',').length).toBe(names.split(',').length);
    const events = await fetch(new URL('/api/export?pool=pool&format=csv&table=events', dashboard.url));
    const lines = (await events.text()).trim().split('\r\n');
    expect(lines[0]).toBe('time,version,type,text');
    expect(lines.at(-1)).toMatch(new RegExp(`^[^,]+,${pool.state.version},checkin,lease 2 of connection \\d ends`));
  });

  it.each([
    ['', 400, 'pool must be the name of a pool, or its number'],
    ['pool=other', 404, 'there is no pool other'],
    ['pool=pool&format=xml', 400, 'format must be one of json, csv'],
    ['pool=pool&format=csv&table=all', 400, 'table must be one of seconds, metrics, events'],
    ['pool=pool&from=yesterday', 400, 'from must be milliseconds since 1970, or such as 2026-12-01T10:00:00Z'],
    ['pool=pool&to=2026-12-01', 400, 'to must be milliseconds since 1970, or such as 2026-12-01T10:00:00Z'],
    ['pool=pool&from=2&to=1', 400, 'from must not be after to'],
    ['pool=pool&from=1&to=2', 404, 'nothing of this pool is recorded in this range'],
  ])('says what is wrong with "%s"', async (query, status, error) => {
    const { dashboard } = await recorded();
    const response = await fetch(new URL(`/api/export?${query}`, dashboard.url));
    expect([response.status, await response.json()]).toEqual([
      status,
      { error: expect.stringContaining(error) as unknown },
    ]);
  });

  it('asks for the number where pools have the same name', async () => {
    const { pool } = await fakePool();
    const { pool: other } = await fakePool();
    const dashboard = await serve([pool, other], { history: 'always' });
    expect(await asked(dashboard, '')).toEqual({ error: 'there are several pools pool: say its number, such as 1' });
    pool.tryCheckout()?.checkin();
    const byNumber = (await answered(dashboard, '/api/export?pool=1')) as Exported;
    expect(byNumber.events.map(({ type }) => type)).toEqual(['checkout', 'checkin']);
  });
});
