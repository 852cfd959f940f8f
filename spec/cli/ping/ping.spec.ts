import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { counterServer } from '../../support/counter-server.ts';
import { everything } from '../../support/everything.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { initialising, startScriptedServer } from '../../support/scripted-server.ts';
import { type Given, type Ran, ran } from '../test-io.ts';

function ping(argv: readonly string[], given?: Given): Promise<Ran> {
  return ran(['ping', ...argv], given);
}

async function served(): Promise<string[]> {
  const server = await serveTcp(counterServer());
  onTestFinished(() => server.close());
  return ['--tcp', `127.0.0.1:${server.port}`];
}

const took = String.raw`[\d.]+ (?:µs|ms|s)`;

describe('mcp-pool ping', () => {
  it('prints a line for a real server over stdio', { timeout: 60_000 }, async () => {
    const { exitCode, stdout, stderr } = await ping(['--timeout', '50', '--', everything.command, ...everything.args], {
      isTTY: true,
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    const line = `^mcp-servers/everything [\\d.]+: legacy 2025-11-25, open in ${took}, answered in ${took}\n$`;
    expect(stdout).toMatch(new RegExp(line));
  });

  it('prints a line for a server over HTTP, and leaves no session', async () => {
    const server = await startHttpServer();
    onTestFinished(() => server.stop());
    const { exitCode, stdout } = await ping([server.url]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^tool-server 1\.0\.0: modern 2026-07-28, open in /)]);
    expect(server.sessions.size).toBe(0);
  });

  it('prints one JSON document, or nothing', async () => {
    const argv = await served();
    const { stdout } = await ping([...argv, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'ping',
      target: { kind: 'tcp', name: argv[1] },
      alive: true,
      info: { server: 'counter', era: 'modern' },
      openMs: expect.any(Number) as number,
      answerMs: expect.any(Number) as number,
    });
    expect(await ping([...argv, '--quiet'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await ping(['--tcp', '127.0.0.1:1', '-q'])).toEqual({ exitCode: 1, stdout: '', stderr: '' });
  });

  it('takes an error for a sign of life', async () => {
    const refuses = { ...initialising(), ping: { error: { code: -32601, message: 'Method not found' } } };
    const server = await startScriptedServer(refuses);
    onTestFinished(() => server.stop());
    expect(await ping(['--tcp', `127.0.0.1:${server.port}`])).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [['http://127.0.0.1:1/mcp'], 'http://127.0.0.1:1/mcp: connect ECONNREFUSED 127.0.0.1:1'],
    [
      ['--', process.execPath, '-e', 'console.error("no key"); process.exit(3)'],
      'the server exited with code 3: no key',
    ],
    [['--', 'no-such-program-anywhere'], 'command not found: no-such-program-anywhere'],
  ])('exits with 1 and one line where nobody answers: %j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await ping(argv);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^mcp-pool: .+\n$/);
    expect(stderr).toContain(message);
  });

  it('gives up when the time is over, be it for opening or for the answer', async () => {
    const silent = await startScriptedServer({ ...initialising(), ping: {} });
    onTestFinished(() => silent.stop());
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'pid');
    const mute = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 9)`;
    for (const argv of [
      ['--tcp', `127.0.0.1:${silent.port}`],
      ['--', process.execPath, '-e', mute],
    ]) {
      const { exitCode, stderr } = await ping(['--timeout', '1', ...argv]);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/: no answer within 1 s\n$/)]);
    }
  });

  it('exits with 2 for what makes no sense', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'mcp.json'), '{');
    for (const argv of [[], ['--nope'], ['-q', '--json', 'http://a'], ['--config', join(folder, 'mcp.json')]]) {
      const { exitCode, stdout, stderr } = await ping(argv);
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^mcp-pool: .+\n$/)]);
    }
  });

  it('never prints what is secret', async () => {
    const secrets = ['--header', 'Authorization: Bearer sk-header', 'http://user:sk-pass@127.0.0.1:1/mcp?key=sk-query'];
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await ping([...flags, ...secrets]);
      expect(`${stdout}${stderr}`).not.toContain('sk-');
    }
  });

  it('ends at Ctrl-C, with its process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const interrupt = new AbortController();
    const mute = `console.error(process.pid); setInterval(() => {}, 9)`;
    const ending = ping(['--', process.execPath, '-e', mute], { signal: interrupt.signal });
    setTimeout(() => {
      interrupt.abort('SIGTERM');
    }, 300);
    expect(await ending).toEqual({ exitCode: 143, stdout: '', stderr: '' });
  });
});
