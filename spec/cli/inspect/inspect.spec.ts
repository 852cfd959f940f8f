import { McpServer } from '@modelcontextprotocol/server';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ServeTcpOptions, serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { counterServer } from '../../support/counter-server.ts';
import { everything } from '../../support/everything.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { isAlive, untilGone } from '../../support/programs.ts';
import { initialising, scriptedProgram, startScriptedServer } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';
import { type Given, type Ran, ran } from '../test-io.ts';

interface Report {
  readonly introduction: Readonly<Record<string, unknown>>;
  readonly findings: Readonly<Record<string, unknown>>;
  readonly advice: { readonly sharing: string; readonly snippet: string; readonly reason: string };
}

function inspect(argv: readonly string[], given?: Given): Promise<Ran> {
  return ran(['inspect', ...argv], given);
}

async function report(...argv: readonly string[]): Promise<Report> {
  const { exitCode, stdout, stderr } = await inspect(['--json', '--most', '3', ...argv]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Report;
}

/** A value that was found. */
function found(value: unknown): unknown {
  return { status: 'found', value };
}

async function served(create = counterServer(), options: ServeTcpOptions = {}): Promise<string[]> {
  const server = await serveTcp(create, options);
  onTestFinished(() => server.close());
  return ['--tcp', `127.0.0.1:${server.port}`];
}

/** The counter, but all connections count together. */
function sharedCounter(): ReturnType<typeof counterServer> {
  let count = 0;
  return () => {
    const product = new McpServer({ name: 'together', version: '1.0.0' }, { capabilities: { tools: {} } });
    product.server.setRequestHandler('tools/list', () => ({
      tools: [{ name: 'add', inputSchema: { type: 'object' } }],
    }));
    product.server.setRequestHandler('tools/call', () => ({ content: [{ type: 'text', text: `now ${++count}` }] }));
    return product;
  };
}

/** The command line of a scripted server. */
function scripted(...script: Parameters<typeof scriptedProgram>): string[] {
  const { command, args = [] } = scriptedProgram(...script);
  return ['--', command, ...args];
}

const tools = { 'tools/list': { result: { tools: [] } } };
const probe = ['--probe', 'add', '--arguments', '{"by":1}'];

describe('mcp-pool inspect', () => {
  it('tells of a real server over stdio, and gives the pool that suits it', { timeout: 120_000 }, async () => {
    const { exitCode, stdout, stderr } = await inspect(
      ['--most', '2', '--', everything.command, ...everything.args, '--api-key', 'sk-secret'],
      { columns: 80 },
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^mcp-servers\/everything [\d.]+\n/);
    expect(stdout).toMatch(/\nprotocol +legacy 2025-11-25\n/);
    expect(stdout).toMatch(/\nopening +p50 .+ of 5; the first took .+\n/);
    expect(stdout).toMatch(/\nsign of life +ping is answered/);
    expect(stdout).toMatch(/\ncancelling +a cancelled request does no harm\n/);
    expect(stdout).toMatch(/\nclosed stdin +the process leaves by itself/);
    expect(stdout).toMatch(/\nat once +2 connections, as many as were tried/);
    expect(stdout).toMatch(/\necho +readOnly/);
    expect(stdout).toContain('transport: stdio({');
    expect(stdout).not.toContain('sk-secret');
    expect(stripVTControlCharacters(stdout)).toBe(stdout);
  });

  it('finds a state of each connection, and advises pins', async () => {
    const { introduction, findings, advice } = await report(...(await served()), ...probe);
    expect(introduction).toMatchObject({ era: 'modern', name: 'counter', tools: [{ name: 'add', hints: [] }] });
    expect(findings).toMatchObject({
      state: found('apart'),
      call: found(expect.objectContaining({ call: 'add', times: 20, toolErrors: 0 })),
      ping: found(expect.objectContaining({ method: 'server/discover', answer: 'answered' })),
      cancel: found({ outcome: 'lives', reason: '' }),
      bearing: found({ connections: 3, endedBy: 'most', reason: '' }),
      footprint: { status: 'skipped' },
      stdin: { status: 'skipped' },
      http: { status: 'skipped' },
    });
    expect(advice.sharing).toBe('pinned');
  });

  it('finds a state that connections share, and advises to share them', async () => {
    const { findings, advice } = await report(...(await served(sharedCounter())), ...probe);
    expect([findings['state'], advice.sharing]).toEqual([found('shared'), 'multiplex']);
  });

  it('finds that a server bears no more connections', async () => {
    const { findings } = await report(...(await served(counterServer(), { maxConnections: 2 })));
    expect(findings['bearing']).toMatchObject({ value: { connections: 2, endedBy: 'server' } });
  });

  it('finds that a server dies of a cancelled request, and of nothing else', { timeout: 60_000 }, async () => {
    const dies = `process.stdin.on('data', (chunk) => String(chunk).includes('cancelled') && process.exit(9));`;
    const { findings, advice } = await report(...scripted({ ...initialising(), ...tools }, dies));
    expect(findings).toMatchObject({
      cancel: found({ outcome: 'dies', reason: 'the server exited with code 9' }),
      stdin: found({ ends: 'by itself', afterMs: expect.any(Number) as number }),
      bearing: found({ connections: 3, endedBy: 'most', reason: '' }),
    });
    expect(advice.reason).toContain('a cancelled request ends its connection');
  });

  it('finds that a server stays when its stdin is closed, and leaves no process', { timeout: 60_000 }, async () => {
    const stays = `console.error(process.pid); setInterval(() => undefined, 1000);`;
    const { findings } = await report(...scripted({ ...initialising(), ...tools }, stays));
    expect(findings['stdin']).toMatchObject({ value: { ends: 'by force' } });
  });

  it('finds that a server answers no ping, and asks it for its tools instead', { timeout: 60_000 }, async () => {
    const server = await startScriptedServer({ ...initialising(), ...tools, ping: {} });
    onTestFinished(() => server.stop());
    const { findings, advice } = await report('--tcp', `127.0.0.1:${server.port}`);
    expect(findings).toMatchObject({
      ping: { value: { method: 'ping', answer: 'silent' } },
      call: { value: { call: 'tools/list' } },
      bearing: { status: 'found' },
    });
    expect(advice.snippet).toContain('healthCheckIntervalMs: 0');
  });

  it('gives what a probe has run into as data', { timeout: 60_000 }, async () => {
    const broken = {
      'tools/list': { error: { code: -32603, message: 'out of order' } },
      ping: { error: { code: 1, message: 'no' } },
    };
    const server = await startScriptedServer({ ...initialising(), ...broken });
    onTestFinished(() => server.stop());
    const { findings } = await report('--tcp', `127.0.0.1:${server.port}`);
    expect(findings).toMatchObject({
      ping: { value: { answer: 'refused' } },
      call: { status: 'failed', reason: 'out of order' },
      cancel: found({ outcome: 'lives', reason: '' }),
    });
  });

  it.each([
    ['a URL', (url: string) => [url]],
    ['--http', (url: string) => ['--http', url]],
  ])('tells of HTTP, given as %s', async (_way, argvOf) => {
    const server = await startHttpServer();
    onTestFinished(() => server.stop());
    const { findings, advice } = await report('--header', 'x-key: sk-header', ...argvOf(server.url));
    // The server speaks the modern protocol, which knows no sessions.
    expect(findings['http']).toMatchObject({ value: { hasSession: false, firstByte: { times: 10 } } });
    expect(advice.snippet).toContain(
      `    url: '${server.url}',\n    headers: { 'x-key': process.env['X_KEY'] ?? '' },\n`,
    );
    expect(JSON.stringify(findings)).not.toContain('sk-header');
  });

  it('tells of a session over HTTP', async () => {
    const server = await startHttpServer();
    onTestFinished(() => server.stop());
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'mcp.json');
    await writeFile(file, JSON.stringify({ mcpServers: { one: { url: server.url, pool: { era: 'legacy' } } } }));
    const { findings, advice } = await report('--config', file);
    expect(findings['http']).toMatchObject({ value: { hasSession: true } });
    expect(advice.snippet).toContain(`readConfig('${file}'`);
    expect(server.sessions.size).toBe(0);
  });

  it('gives a program that runs', { timeout: 60_000 }, async () => {
    const { advice } = await report(...(await served()), ...probe);
    // Within the package, so that its name leads to it.
    const file = join(import.meta.dirname, `../../../build/snippet-${process.pid}.mjs`);
    onTestFinished(() => rm(file));
    await writeFile(
      file,
      `${advice.snippet}\nexport const names = await pool.client.listTools();\nawait pool.close();\n`,
    );
    const { names } = (await import(pathToFileURL(file).href)) as { readonly names: unknown };
    expect(names).toMatchObject({ tools: [{ name: 'add' }] });
  });

  it('ends at Ctrl-C, with all its processes', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'pids');
    const note = `require('node:fs').appendFileSync(${JSON.stringify(file)}, process.pid + '\\n');`;
    const pids = async (): Promise<number[]> =>
      (await readFile(file, 'utf8').catch(() => '')).split('\n').map(Number).filter(Boolean);
    const interrupt = new AbortController();
    const ending = inspect(scripted({ ...initialising(), ...tools }, note), { signal: interrupt.signal });
    await until(async () => (await pids()).filter(isAlive).length > 0 && (await pids()).length > 4);
    interrupt.abort('SIGINT');
    expect(await ending).toEqual({ exitCode: 130, stdout: '', stderr: '' });
    await Promise.all((await pids()).map(untilGone));
  });
});
