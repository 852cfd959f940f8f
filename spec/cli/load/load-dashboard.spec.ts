import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDashboard } from '../../../lib/cli/load/load-dashboard.ts';
import type { PoolList } from '../../../lib/dashboard/index.ts';
import { fakePool } from '../../support/fake-pool.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { demoServer, ran } from '../test-io.ts';

let server: StartedServer;
beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());

it('serves a dashboard while the load runs, and tells its address on stderr', async () => {
  const flags = ['--tool', 'echo', '--requests', '200', '--no-compare', '--dashboard', '0'];
  const { exitCode, stderr } = await ran(['load', '--tcp', `127.0.0.1:${server.port}`, ...flags]);
  const [, url = ''] = /^dashboard: (http:\/\/127\.0\.0\.1:\d+\/)\n$/.exec(stderr) ?? [];
  expect([exitCode, url]).toEqual([0, expect.stringMatching(/^http/)]);
  await expect(fetch(url)).rejects.toThrow();
});

it('shows the pool of the present run', async () => {
  let stderr = '';
  const io = {
    stdout: { write: () => true },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
    signal: new AbortController().signal,
    demoServer,
  };
  await using dashboard = await loadDashboard(0, io);
  const url = stderr.replace('dashboard: ', '').trim();
  const names = async (): Promise<string[]> => {
    const { pools } = (await (await fetch(`${url}api/pools`)).json()) as PoolList;
    return pools.map(({ id, name }) => `${id} ${name}`);
  };
  expect(await names()).toEqual([]);
  for (const name of ['first', 'second']) {
    dashboard.show((await fakePool({ name })).pool);
    expect(await names()).toEqual([name === 'first' ? '1 first' : '2 second']);
  }
});

it('says in one line that the port is in use', async () => {
  const flags = ['--tool', 'echo', '--requests', '1', '--dashboard', String(server.port)];
  const { exitCode, stderr } = await ran(['load', '--tcp', `127.0.0.1:${server.port}`, ...flags]);
  expect([exitCode, stderr]).toEqual([
    2,
    `mcp-pool: the dashboard cannot listen at 127.0.0.1:${server.port}: the port is in use\n`,
  ]);
});
