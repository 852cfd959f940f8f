import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dashboardUrl, topOptionsOf } from '../../../lib/cli/top/top-options.ts';
import { type Dashboard, serveDashboard } from '../../../lib/dashboard/index.ts';
import { type Pool, createPool } from '../../../lib/index.ts';
import { type Given, type Ran, keyboard, ran } from '../test-io.ts';

let pools: Pool<object>[];
let dashboard: Dashboard;

beforeEach(async () => {
  pools = ['search', 'other'].map((name) => createPool({ name, minSize: 2, maxSize: 4, connect: () => of({}) }));
  dashboard = await serveDashboard(pools, { port: 0 });
  await Promise.all(pools.map((pool) => pool.ready()));
});
afterEach(async () => {
  await dashboard.close();
  await Promise.all(pools.map((pool) => pool.close()));
});

function watched(flags: string, given: Given = {}, at: number | string = dashboard.port): Promise<Ran> {
  return ran(['top', `${at}`, ...flags.split(' ').filter(Boolean)], given);
}

/** Runs it until stdout has had each of these, and does what stands beside it when it has. */
function until(steps: readonly (readonly [pattern: RegExp, act: () => unknown])[], given: Given = {}): Given {
  const left = [...steps];
  let text = '';
  const onWrite = (written: string): void => {
    text += stripVTControlCharacters(written);
    const [pattern, act] = left[0] ?? [];
    if (act === undefined || pattern?.test(text) !== true) return;
    left.shift();
    text = '';
    setImmediate(act);
  };
  return { ...given, onWrite };
}

describe('mcp-pool top', () => {
  it('prints a line of a whole second and exits with --once', async () => {
    const { exitCode, stdout, stderr } = await watched('--once');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^search +0 checkouts\/s .* 0 active {2}2 idle {2}0 waiting {2}pressure 0\.00 {2}0 failed\n$/,
    );
  });

  it('prints it as JSON, of the pool that is asked for', async () => {
    await pools[1]?.use(() => of(1));
    const { stdout } = await watched('--once --json --pool other', {}, dashboard.url);
    expect(JSON.parse(stdout)).toMatchObject({
      pool: { name: 'other' },
      version: pools[1]?.state.version,
      gauges: { checkouts: 1, idle: 2, maxSize: 4 },
      window: { checkoutsPerSecond: expect.any(Number) as number },
    });
  });

  it('prints a line a second until it is interrupted', async () => {
    const controller = new AbortController();
    const given = until([[/\n.*\n/, () => controller.abort('SIGINT')]], { signal: controller.signal });
    const { exitCode, stdout } = await watched('--json', given);
    expect(exitCode).toBe(130);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => typeof JSON.parse(line)),
    ).toEqual(['object', 'object']);
  });

  it('shows pools on the whole terminal, and leaves that as it was', async () => {
    const stdin = keyboard();
    const press = (key: string) => () => stdin.write(key);
    const steps = [
      [/search: pool of 2 to 4/, press('\t')],
      [/other: pool of 2 to 4/, press('1')],
      [/search: pool of/, press('q')],
    ] as const;
    const { exitCode, stdout } = await watched('', until(steps, { isTTY: true, columns: 80, rows: 24, stdin }));
    expect([exitCode, stdin.modes]).toEqual([0, [true, false]]);
    expect(stdout).toMatch(/^\u001b\[\?1049h/);
    expect(stdout).toMatch(/\u001b\[\?25h\u001b\[\?1049l$/);
  });

  it('ends with 130 at Ctrl-C, which a raw terminal passes on as a key', async () => {
    const stdin = keyboard();
    const given = until([[/search: pool/, () => stdin.write('\u0003')]], { isTTY: true, stdin });
    expect([(await watched('', given)).exitCode, stdin.modes]).toEqual([130, [true, false]]);
  });

  it('says when the dashboard goes away, and goes on when it is back', async () => {
    const stdin = keyboard();
    const { port } = dashboard;
    const back = async (): Promise<void> => {
      dashboard = await serveDashboard(pools.toReversed(), { port });
    };
    const given = until(
      [
        [/search: pool/, () => dashboard.close()],
        [/the dashboard is away/, back],
        // The numbers are others now, the name is not.
        [/● live/, () => stdin.write('q')],
      ],
      { isTTY: true, columns: 80, rows: 24, stdin },
    );
    const { exitCode, stdout } = await watched('', given);
    expect([exitCode, stdout.includes('\u001b[1m[2 search]')]).toEqual([0, true]);
  });
});

describe('mcp-pool top exits with 2 and one line', () => {
  it('where nobody listens', async () => {
    await dashboard.close();
    const { url, port } = dashboard;
    for (const given of [{}, { isTTY: true, stdin: keyboard() }]) {
      const stderr = `mcp-pool: cannot watch ${url}: connect ECONNREFUSED 127.0.0.1:${port}\n`;
      expect(await watched('', given)).toEqual({ exitCode: 2, stdout: '', stderr });
    }
  });

  it('where there is no such pool', async () => {
    const stderr = `mcp-pool: there is no pool nope at ${dashboard.url}; there are: search, other\n`;
    expect(await watched('--pool nope')).toEqual({ exitCode: 2, stdout: '', stderr });
  });

  it('where somebody else answers', async () => {
    const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await watched('', {}, port);
    expect([exitCode, stderr]).toEqual([
      2,
      `mcp-pool: cannot watch http://127.0.0.1:${port}/: what answers there is no dashboard of pools (status 200)\n`,
    ]);
    server.close();
  });
});

describe('an address', () => {
  it.each([
    ['8080', 'http://127.0.0.1:8080/'],
    ['localhost:80', 'http://localhost/'],
    ['http://h:1', 'http://h:1/'],
    ['https://h/pools?x=1', 'https://h/pools/'],
    ['[::1]:3400', 'http://[::1]:3400/'],
  ])('%s is %s', (text, url) => {
    expect(dashboardUrl(text)).toBe(url);
  });

  it.each(['0', '65536', 'nope', '', 'http://', 'ftp://h', 'ftp://h:21/'])('cannot be %j', (text) => {
    expect(() => dashboardUrl(text)).toThrow(/port/);
  });

  it('is the usual one where none is given', () => {
    expect(topOptionsOf(undefined, {}).url).toBe('http://127.0.0.1:3400/');
  });
});
