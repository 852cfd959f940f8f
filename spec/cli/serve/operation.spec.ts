import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everything } from '../../support/everything.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';
import { ran } from '../test-io.ts';
import { fileOf } from './config-file.ts';

const real = { command: everything.command, args: everything.args };
const token = 'token-of-ci';
const sha256 = createHash('sha256').update(token).digest('hex');

interface Served {
  readonly process: ChildProcess;
  readonly url: URL;
  readonly stderr: () => string;
  readonly ended: Promise<unknown>;
}

async function serve(...args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [builtProgram('../../lib/cli/main'), 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as unknown);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, url: new URL(line.toString().trim()), stderr: () => said, ended };
}

async function connected(url: URL, authorization?: string): Promise<Client> {
  const client = new Client({ name: 'spec', version: '1.0.0' });
  const requestInit = authorization === undefined ? {} : { headers: { authorization } };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  onTestFinished(() => client.close());
  return client;
}

const long = { name: 'trigger-long-running-operation', arguments: { duration: 3, steps: 3 } };

describe('mcp-pool serve', () => {
  it('has an admin page, whose address is told on stderr, until the last call is answered', async () => {
    const served = await serve('--admin', '0', '--max', '1', '--', real.command, ...real.args);
    await until(() => served.stderr().includes('admin page'));
    const admin = /http:\/\/127\.0\.0\.1:\d+\//.exec(served.stderr())?.[0] ?? '';
    const client = await connected(served.url);
    let begun = 0;
    const call = client.callTool(long, { onprogress: () => begun++ });
    await until(() => begun > 0);
    expect((await fetch(`${admin}readyz`)).status).toBe(200);
    expect(await (await fetch(`${admin}metrics`)).text()).toContain('mcp_server_open_requests 1');
    served.process.kill('SIGTERM');
    await until(async () => (await fetch(`${admin}readyz`)).status === 503);
    expect((await fetch(`${admin}livez`)).status).toBe(200);
    await call;
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('goes on for a while when it is told to end, and says that no more should come', async () => {
    const file = await fileOf({ one: real }, { admin: 0, preStopMs: 5000 });
    const served = await serve('--config', file);
    await until(() => served.stderr().includes('admin page'));
    const admin = /http:\/\/127\.0\.0\.1:\d+\//.exec(served.stderr())?.[0] ?? '';
    const client = await connected(served.url);
    expect((await client.listTools()).tools).not.toEqual([]);
    served.process.kill('SIGTERM');
    await until(async () => (await fetch(`${admin}readyz`)).status === 503);
    // One that it does not know yet, and one that it knows.
    await connected(served.url);
    expect((await client.listTools()).tools).not.toEqual([]);
    expect(await served.ended).toBe(0);
    await expect(connected(served.url)).rejects.toThrow();
  }, 60_000);

  it('knows clients by the tokens of its file, hides tools, and loses nothing of the audit', async () => {
    const file = await fileOf(
      { one: { ...real, tools: { allow: ['echo', 'trigger-*'] } } },
      { host: '0.0.0.0', auth: { bearer: [{ name: 'ci', sha256 }] }, audit: { file: 'audit.jsonl' } },
    );
    const served = await serve('--config', file);
    const url = new URL(served.url.href.replace('0.0.0.0', '127.0.0.1'));
    await expect(connected(url)).rejects.toThrow();
    const client = await connected(url, `Bearer ${token}`);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('echo');
    expect(names.every((name) => name === 'echo' || name.startsWith('trigger-'))).toBe(true);
    await expect(client.callTool({ name: 'get-sum', arguments: { a: 1, b: 2 } })).rejects.toThrow('no tool get-sum');
    let begun = 0;
    const call = client.callTool(long, { onprogress: () => begun++ });
    await until(() => begun > 0);
    served.process.kill('SIGTERM');
    await call;
    expect(await served.ended).toBe(0);
    const text = await readFile(join(dirname(file), 'audit.jsonl'), 'utf8');
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'stranger', reason: 'missing' }),
        expect.objectContaining({ principal: 'ci', method: 'tools/call', tool: 'get-sum', outcome: 'error' }),
        expect.objectContaining({ principal: 'ci', method: 'tools/call', tool: long.name, outcome: 'ok' }),
        expect.objectContaining({ type: 'sessionEnded', principal: 'ci' }),
      ]),
    );
    expect(text).not.toContain(token);
  }, 60_000);

  it('hides tools of a server that was chosen from several, too', async () => {
    const file = await fileOf({ one: { ...real, tools: { allow: ['echo'] } }, two: real });
    const served = await serve('--config', file, '--server', 'one');
    const client = await connected(served.url);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo']);
    served.process.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('does not begin where the audit cannot be written', async () => {
    const file = await fileOf({ one: real }, { port: 0, audit: { file: '/no/such/folder/audit.jsonl' } });
    const { exitCode, stderr, stdout } = await ran(['serve', '--config', file]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^mcp-pool: the audit cannot be written: ENOENT[^\n]*\n$/);
  });

  it('refuses --admin with a client over stdio', async () => {
    expect(await ran(['serve', '--client-stdio', '--admin', '1', '--tcp', '127.0.0.1:1'])).toMatchObject({
      exitCode: 2,
    });
  });
});
