import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TcpServer, serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { workServer } from '../../../lib/mcp/server/work-server.ts';
import { type Ran, ran } from '../test-io.ts';

let folder: string;
let server: TcpServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
  server = await serveTcp(workServer);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function loaded(...flags: string[]): Promise<Ran> {
  return ran(['load', '--tcp', `127.0.0.1:${server.port}`, '--tool', 'work', ...flags]);
}

describe('mcp-pool load by the clock', () => {
  it('reports each second of a run to files, and the run is compared with itself', async () => {
    const [json, csv] = [join(folder, 'one.json'), join(folder, 'one.csv')];
    const flags = ['--rate', '200', '--arrivals', 'even', '--warmup', '0.5', '--duration', '3', '--min', '4'];
    const { exitCode, stdout } = await loaded(...flags, '--json', json, '--csv', csv, '--fail-if', 'failed>0');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^200 calls a second, even, of work of /);
    expect(stdout).toMatch(/rate asked for +200/);
    expect(stdout).toMatch(/Bottleneck: /);
    expect(stdout).toMatch(/≤ [\d.]+ m?s +█+/);
    expect(stdout).toMatch(/Passed: failed>0 does not hold/);
    const report = JSON.parse(await readFile(json, 'utf8')) as { runs: { requests: number; seconds: unknown[] }[] };
    // Those of half a second are left out, of a stalled loop a few more come at the end.
    expect(report.runs[0]?.requests).toBeGreaterThanOrEqual(590);
    expect(report.runs[0]?.requests).toBeLessThan(690);
    expect((await readFile(csv, 'utf8')).split('\n')).toHaveLength(2 + (report.runs[0]?.seconds.length ?? 0));
    const compared = await ran(['compare', json, json, '--json']);
    expect(compared.exitCode).toBe(0);
    expect(JSON.parse(compared.stdout)).toMatchObject({
      command: 'compare',
      runs: [{ failed: [expect.stringMatching(/^0 of \d+$/), expect.stringMatching(/^0 of \d+$/)] }],
    });
  });

  it('has a run for each value of a sweep, and fails where the condition holds for one', async () => {
    const flags = ['--sweep', 'max=1,8', '--clients', '8', '--duration', '1.5', '--fail-if', 'p50>200'];
    const { exitCode, stdout } = await loaded(...flags, '--args', '{"ms":40}');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/ max=1 +max=8\n/);
    expect(stdout).toMatch(/max=1: Bottleneck: \w+/);
    expect(stdout).toMatch(/Failed: p50>200 holds for max=1\./);
  });

  it('prints nothing but the seconds where they go to stdout', async () => {
    const { stdout } = await loaded('--rate', '50', '--duration', '2.5', '--csv');
    expect(stdout).toMatch(/^run,second,succeeded,failed,p50_us,p99_us,active,idle,waiting\n(with pool,\d+,.*\n)+$/);
  });

  it.each([
    [['--rate', '5', '--ramp', '1:2/3s'], 'choose one of --rate and --ramp'],
    [['--arrivals', 'even'], '--arrivals goes with --rate or --ramp'],
    [['--json', '--csv'], 'choose one of --json and --csv for stdout'],
    [['--json', '/no/such/folder/a.json'], 'cannot write /no/such/folder/a.json'],
    [['--fail-if', 'p98>1'], 'expected one of p50'],
  ])('refuses %j', async (flags, message) => {
    const { exitCode, stderr } = await loaded(...flags);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('mcp-pool compare', () => {
  it('refuses what is no report of a load', async () => {
    const file = join(folder, 'other.json');
    await writeFile(file, '{"command":"load","runs":[{}]}');
    expect(await ran(['compare', file, file])).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: ${file} is no report of mcp-pool load --json\n`,
    });
    expect((await ran(['compare', join(folder, 'none'), file])).stderr).toContain('cannot read');
  });
});
