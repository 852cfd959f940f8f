import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everything } from '../../support/everything.ts';
import { nodeProgram } from '../../support/programs.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';
import { fileOf } from './config-file.ts';
import { ran } from '../test-io.ts';

interface Served {
  readonly process: ChildProcess;
  readonly url: URL;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<unknown>;
}

/** The command as it is started by hand; its first line is the address. */
async function serve(...args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [builtProgram('../../lib/cli/main'), 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as unknown);
  // Nobody has to read it.
  child.stderr.resume();
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, url: new URL(line.toString().trim()), ended };
}

async function connected(url: URL, mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(url));
  onTestFinished(() => client.close());
  return client;
}

const long = { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 2 } };

describe('mcp-pool serve', () => {
  it('serves clients of both eras, and answers what is open before it ends', async () => {
    const served = await serve('--max', '2', '--', everything.command, ...everything.args);
    const clients = [await connected(served.url, 'legacy'), await connected(served.url, 'auto')];
    expect(clients.map((client) => client.getProtocolEra())).toEqual(['legacy', 'modern']);
    for (const client of clients) expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    let begun = 0;
    const calls = clients.map((client) => client.callTool(long, { onprogress: () => begun++ }));
    await until(() => begun >= 2);
    served.process.kill('SIGTERM');
    for (const call of calls) expect(textOf(await call)).toContain('completed');
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('goes on when a server is killed: only what it was doing fails, as of unknown outcome', async () => {
    const dying = nodeProgram(`
      const { McpServer } = require('@modelcontextprotocol/server');
      const { serveStdio } = require('@modelcontextprotocol/server/stdio');
      serveStdio(() => {
        const product = new McpServer({ name: 'dying', version: '1.0.0' }, { capabilities: { tools: {} } });
        const { server } = product;
        const tools = ['die', 'pid'].map((name) => ({ name, inputSchema: { type: 'object' } }));
        server.setRequestHandler('tools/list', () => ({ tools }));
        server.setRequestHandler('tools/call', ({ params }) => {
          if (params.name === 'die') process.kill(process.pid, 'SIGKILL');
          return { content: [{ type: 'text', text: String(process.pid) }] };
        });
        return product;
      });`);
    const served = await serve('--max', '1', '--', dying.command, ...(dying.args ?? []));
    const client = await connected(served.url, 'legacy');
    const first = textOf(await client.callTool({ name: 'pid' }));
    await expect(client.callTool({ name: 'die' })).rejects.toMatchObject({
      data: expect.objectContaining({ code: 'MCP_OUTCOME_UNKNOWN' }) as unknown,
    });
    expect(textOf(await client.callTool({ name: 'pid' }))).not.toBe(first);
    served.process.kill('SIGINT');
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('serves the servers of a file, without those that cannot be used', async () => {
    const real = { command: everything.command, args: everything.args };
    const served = await serve('--config', await fileOf({ one: real, off: { ...real, disabled: true }, bad: {} }));
    const client = await connected(served.url, 'auto');
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('one__echo');
    expect(names.every((name) => name.startsWith('one__'))).toBe(true);
    served.process.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('refuses a port that is in use', async () => {
    const served = await serve('--', everything.command, ...everything.args);
    const again = await ran(['serve', '--port', served.url.port, '--tcp', '127.0.0.1:1']);
    expect(again).toMatchObject({ exitCode: 2 });
    expect(again.stderr).toMatch(/^mcp-pool: the gateway cannot listen at [^\n]+\n$/);
  }, 60_000);

  it('tells by --check what is wrong with a file, and starts nothing', async () => {
    const good = await fileOf({ a: { command: 'no-such-program' }, off: { command: 'x', disabled: true } });
    expect(await ran(['serve', '--config', good, '--check'])).toMatchObject({
      exitCode: 0,
      stdout: 'a: ready\noff: disabled\n',
    });
    const bad = await fileOf({ a: { command: 'x' }, b: { args: [] }, c: { command: '${NOT_SET_BY_ANYBODY}' } });
    const { exitCode, stdout } = await ran(['serve', '--config', bad, '--check']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^a: ready\nb: failed: [^\n]+\nc: failed: [^\n]*NOT_SET_BY_ANYBODY[^\n]*\n$/);
  });

  it('takes over with --watch what changes in a file, and nothing from one that makes no sense', async () => {
    const one = { command: everything.command, args: everything.args, pool: { maxSize: 1 } };
    const file = await fileOf({ one });
    const served = await serve('--config', file, '--watch');
    let said = '';
    served.process.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    let told = 0;
    const tools = { autoRefresh: false, debounceMs: 0, onChanged: () => told++ };
    const client = new Client({ name: 'spec', version: '1.0.0' }, { listChanged: { tools } });
    await client.connect(new StreamableHTTPClientTransport(served.url));
    onTestFinished(() => client.close());
    const names = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
    expect(await names()).toContain('echo');
    await writeFile(file, '{ "mcpServers": { ');
    await until(() => said.includes('the servers stay as they are'));
    expect(await names()).toContain('echo');
    await writeFile(file, JSON.stringify({ mcpServers: { one: { ...one, command: '${NOT_SET_BY_ANYBODY}' } } }));
    await until(() => said.includes('NOT_SET_BY_ANYBODY') && said.split('stay as they are').length > 2);
    expect(await names()).toContain('echo');
    await writeFile(file, JSON.stringify({ mcpServers: { one, two: { ...one, pool: { maxSize: 2 } } } }));
    await until(() => told > 0);
    await until(async () => (await names()).includes('two__echo'));
    expect(textOf(await client.callTool({ name: 'one__echo', arguments: { message: 'hi' } }))).toContain('hi');
    served.process.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('watches files only', async () => {
    const { exitCode, stderr } = await ran(['serve', '--watch', '--tcp', '127.0.0.1:1']);
    expect([exitCode, stderr]).toEqual([2, 'mcp-pool: --watch goes with --config\n']);
  });
});
