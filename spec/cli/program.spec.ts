import { McpServer } from '@modelcontextprotocol/server';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TcpServer, serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { VERSION } from '../../lib/base/version.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { type Ran, ran } from './test-io.ts';

let server: StartedServer;
let flaky: TcpServer;

/** `flaky` says that it failed every tenth time; its tools come in two pages. */
function flakyServer(): Promise<TcpServer> {
  let calls = 0;
  return serveTcp(() => {
    const product = new McpServer({ name: 'flaky', version: '1.0.0' }, { capabilities: { tools: {} } });
    const tool = (name: string): { name: string; inputSchema: { type: 'object' } } => ({
      name,
      inputSchema: { type: 'object' },
    });
    product.server.setRequestHandler('tools/list', ({ params }) =>
      params?.cursor === undefined ? { tools: [tool('other')], nextCursor: '2' } : { tools: [tool('flaky')] },
    );
    product.server.setRequestHandler('tools/call', () => ({
      content: [{ type: 'text', text: 'out of luck' }],
      isError: ++calls % 10 === 0,
    }));
    return product;
  });
}

beforeAll(async () => {
  [server, flaky] = await Promise.all([startTcpServer(), flakyServer()]);
});
afterAll(() => Promise.all([server.stop(), flaky.close()]));

function loaded(flags: string, given: Parameters<typeof ran>[1] = {}, port = server.port): Promise<Ran> {
  return ran(['load', '--tcp', `127.0.0.1:${port}`, ...flags.split(' ').filter(Boolean)], given);
}

describe('mcp-pool', () => {
  it('prints its help, that of its command and its version', async () => {
    for (const argv of [['--help'], []]) {
      expect(await ran(argv)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Usage: mcp-pool') as string,
        stderr: '',
      });
    }
    const { exitCode, stdout } = await ran(['load', '--help'], { columns: 80 });
    expect([exitCode, stdout.includes('Examples:'), stdout.includes('Exit codes:')]).toEqual([0, true, true]);
    expect(await ran(['--version'])).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it.each([
    ['lode', "unknown command 'lode', try mcp-pool --help"],
    ['--nope', "unknown option '--nope'"],
    ['load --clinets 3', "unknown option '--clinets' (Did you mean --clients?)"],
    ['load extra', "too many arguments for 'load'. Expected 0 arguments but got 1."],
    ['load --tcp', "option '--tcp <host:port>' argument missing"],
    ['load --clients 0', 'It must be a whole number from 1 to 10000'],
    ['load --args {x', 'It must be a JSON object'],
    ['load --min 6 --max 5', '--min (6) must not be above --max (5)'],
    ['load --strategy fair', 'Allowed choices are round-robin, least-loaded, random, power-of-two-choices,'],
    ['load --tcp a:1 --stdio b', 'choose one of --tcp and --stdio'],
    ['load --stdio no-such-program-anywhere', 'command not found: no-such-program-anywhere'],
    ['load extra -- node', "too many arguments for 'load'. Expected 0 arguments but got 1."],
    ['load --stdio b -- node', 'choose one of --stdio and a command after --'],
    ['load --http ftp://a', '--http: url must be an absolute address, http: or https:'],
    ['load --config no-such-file.json', 'there is no file no-such-file.json'],
    ['load --server x', '--server goes with --config'],
    ['load --env', "option '--env <name[=value]>' argument missing"],
    ['load --env A=1 --tcp a:1', '--env goes with --stdio, --config or a command after --'],
    ['load --tool nope', 'the embedded server (127.0.0.1:'],
  ])('says in one line what is wrong with %j', async (line, message) => {
    const { exitCode, stdout, stderr } = await ran(line.split(' '));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^mcp-pool: .+\n$/);
    expect(stderr).toContain(message);
  });
});

describe('mcp-pool load', () => {
  it('reports both runs as one JSON document', async () => {
    const { exitCode, stdout, stderr } = await loaded('--tool echo --args {"message":"hi"} --requests 200 --json');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'load',
      target: { kind: 'tcp', host: '127.0.0.1', port: server.port },
      tool: 'echo',
      arguments: { message: 'hi' },
      options: { clients: 100, minSize: 10, maxSize: 50, durationMs: null, requests: 200 },
      withPool: { requests: 200, failed: 0, metrics: { totalCheckouts: 200, failedCheckouts: 0 } },
      withoutPool: { requests: 200, failed: 0, connectionsOpened: 200 },
      ratio: { throughput: expect.any(Number) as number },
      interruptedBy: null,
      exitCode: 0,
    });
  });

  it('prints a plain line a second and the summary where there is no terminal', async () => {
    const { exitCode, stdout } = await loaded('--tool echo --duration 1.4 --clients 5 --min 1 --max 3 --no-compare');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    expect(stdout).toMatch(/^5 clients call echo .*\nwith pool {6}1 s .* 0 failed\n\n5 clients/);
    expect(stdout).toMatch(/connections opened +3\n/);
  });

  it('draws live in a terminal, and leaves the summary alone on it', async () => {
    const { exitCode, stdout } = await loaded('--tool echo --requests 300', { isTTY: true, columns: 90 });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\u001b[');
    expect(stripVTControlCharacters(stdout)).toContain('run 2 of 2');
    expect(stripVTControlCharacters(stdout)).toMatch(/│ requests +│ +300 │ +300 │/);
  });

  it('has no colours with NO_COLOR, and is plain on a dumb terminal', async () => {
    const flags = '--tool echo --requests 20 --no-compare';
    const { stdout } = await loaded(flags, { isTTY: true, env: { NO_COLOR: '1' } });
    expect([stdout.includes('\u001b['), /\u001b\[\d+m/.test(stdout)]).toEqual([true, false]);
    expect((await loaded(flags, { isTTY: true, env: { TERM: 'dumb' } })).stdout).not.toContain('\u001b');
  });

  it('exits with 1 when some requests failed, and says why', async () => {
    const { exitCode, stdout } = await loaded('--tool flaky --requests 50 --no-compare', {}, flaky.port);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('with pool, 5 failed:\n  5 x TOOL_ERROR: out of luck');
  });

  it('shares connections where it is told to', async () => {
    const { stdout } = await loaded('--tool sleep --requests 40 --max 2 --leases 20 --no-compare --json');
    expect(JSON.parse(stdout)).toMatchObject({ withPool: { requests: 40, connectionsOpened: 2 } });
  });

  it('counts requests that no answer comes to in time', async () => {
    const flags = '--tool sleep --args {"ms":60000} --timeout 0.2 --requests 4 --clients 2 --max 1 --no-compare --json';
    const { exitCode, stdout } = await loaded(flags);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ withPool: { requests: 4, failed: 4 }, ratio: null });
    expect(stdout).toContain('REQUEST_TIMEOUT');
  });

  it('lists the tools, all pages of them, where none is chosen or there is no such tool', async () => {
    const name = `127.0.0.1:${flaky.port}`;
    expect(await loaded('', {}, flaky.port)).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: choose a tool of ${name} with --tool; it has: other, flaky\n`,
    });
    expect(await loaded('--tool nope', { isTTY: true }, flaky.port)).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: ${name} has no tool nope; it has: other, flaky\n`,
    });
  });

  it('names a server that nobody listens at', async () => {
    const stderr = 'mcp-pool: cannot load 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n';
    expect(await loaded('--tool x', {}, 1)).toEqual({ exitCode: 2, stdout: '', stderr });
  });

  it('starts the embedded server by itself, and ends it', async () => {
    const { exitCode, stdout } = await ran(['load', '--requests', '200', '--json']);
    expect(exitCode).toBe(0);
    const { target } = JSON.parse(stdout) as { target: { name: string } };
    const port = Number(/:(\d+)\)/.exec(target.name)?.[1]);
    expect((await ran(['load', '--tcp', `127.0.0.1:${port}`])).stderr).toContain('ECONNREFUSED');
  });
});

describe('an interrupt', () => {
  it('ends the sending, answers what is under way and prints the summary', async () => {
    const controller = new AbortController();
    const onWrite = (text: string): void => {
      if (/ {2}1 s /.test(text)) controller.abort('SIGTERM');
    };
    const { exitCode, stdout } = await loaded('--tool sleep --args {"ms":50}', { signal: controller.signal, onWrite });
    expect(exitCode).toBe(143);
    expect(stdout).toMatch(/failed +0\n/);
    expect(stdout).toContain('Interrupted by SIGTERM in run 1 of 2');
  });

  it('prints the document too, even before the first request', async () => {
    const { exitCode, stdout } = await loaded('--tool echo --json', { signal: AbortSignal.abort('SIGINT') });
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      withPool: null,
      withoutPool: null,
      interruptedBy: 'SIGINT',
      exitCode: 130,
    });
  });

  it('does not wait for a server that never says a word', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const controller = new AbortController();
    silent.once('connection', () => {
      controller.abort('SIGINT');
    });
    const { port } = silent.address() as AddressInfo;
    const { exitCode, stdout } = await loaded('', { signal: controller.signal }, port);
    expect([exitCode, stdout.includes('before the first request')]).toEqual([130, true]);
    silent.close();
  });
});
