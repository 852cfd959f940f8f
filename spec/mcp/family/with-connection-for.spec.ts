import { Subject, from, lastValueFrom, map, range, throwError, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  type McpPoolFamily,
  type McpRequest,
  createMcpPoolFamily,
  tcp,
  withConnectionFor,
} from '../../../lib/mcp/index.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { callOf, textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

interface Job extends McpRequest {
  readonly tenant: string;
}

let server: StartedServer;
let pools: McpPoolFamily<string, Job>;

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
afterEach(() => pools.close());

function openPools(maxPools = 100): McpPoolFamily<string, Job> {
  const transport = tcp({ port: server.port });
  pools = createMcpPoolFamily({
    key: (tenant: string) => tenant,
    options: () => ({ transport, maxSize: 2 }),
    maxPools,
  });
  return pools;
}

const jobOf = (i: number): Job => ({ ...callOf('echo', { message: String(i) }), tenant: `tenant ${i % 3}` });
const tenantOf = ({ tenant }: Job): string => tenant;

it('serves each request with a connection of its principal', async () => {
  openPools();
  const answers$ = range(0, 300).pipe(
    map(jobOf),
    withConnectionFor(pools, tenantOf, undefined, { ordered: true }),
    map(textOf),
    toArray(),
  );
  expect(await lastValueFrom(answers$)).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  expect(pools.size).toBe(3);
  expect(pools.list().map(({ metrics }) => metrics.totalCheckouts)).toEqual([100, 100, 100]);
});

it('takes a project, and asks how each is to be checked out', async () => {
  openPools();
  const asked: string[] = [];
  const answers$ = range(0, 3).pipe(
    map(jobOf),
    withConnectionFor(pools, tenantOf, (_connection, { tenant }) => [tenant], {
      concurrency: 1,
      checkout: ({ tenant }) => {
        asked.push(tenant);
        return { key: tenant };
      },
    }),
    toArray(),
  );
  expect(await lastValueFrom(answers$)).toEqual(['tenant 0', 'tenant 1', 'tenant 2']);
  expect(asked).toEqual(['tenant 0', 'tenant 1', 'tenant 2']);
});

it('fails with the first request that finds no pool, or tells it with the others', async () => {
  openPools(1);
  const lease = await lastValueFrom(pools.for('tenant 0').checkout());
  const jobs$ = from([jobOf(0), jobOf(1)]);
  await expect(lastValueFrom(jobs$.pipe(withConnectionFor(pools, tenantOf)))).rejects.toMatchObject({
    code: 'POOL_LIMIT_REACHED',
  });
  const settled$ = jobs$.pipe(withConnectionFor(pools, tenantOf, undefined, { settle: true }), toArray());
  const settled = await lastValueFrom(settled$);
  expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  lease.checkin();
});

it('errors as the source does, and ends with it when there is nothing to do', async () => {
  openPools();
  const bad = new Error('bad source');
  await expect(lastValueFrom(throwError(() => bad).pipe(withConnectionFor(pools, () => 'A')))).rejects.toBe(bad);
  expect(await lastValueFrom(from<Job[]>([]).pipe(withConnectionFor(pools, tenantOf), toArray()))).toEqual([]);
});

it('gives the connections back when its subscriber leaves', async () => {
  openPools();
  const jobs$ = new Subject<Job>();
  const subscription = jobs$.pipe(withConnectionFor(pools, tenantOf)).subscribe();
  await pools.for('tenant 0').ready();
  jobs$.next({ ...callOf('sleep', { ms: 60_000 }), tenant: 'tenant 0' });
  expect(pools.metrics.activeConnections).toBe(1);
  subscription.unsubscribe();
  // After its quarantine: the server does not answer what was cancelled.
  await until(() => pools.metrics.activeConnections === 0);
});

it('refuses what makes no sense', () => {
  openPools();
  expect(() => withConnectionFor(pools, 'A' as never)).toThrow(new TypeError('principalOf must be a function'));
  expect(() => withConnectionFor(pools, tenantOf, 'A' as never)).toThrow(new TypeError('project must be a function'));
  expect(() => withConnectionFor(pools, tenantOf, undefined, { concurrency: 0 })).toThrow(RangeError);
  expect(() => withConnectionFor(pools, tenantOf, undefined, { buffer: -1 })).toThrow(RangeError);
});
