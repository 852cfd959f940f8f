import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { everything } from '../../support/everything.ts';
import { McpHttpClient } from '../../support/mcp-http-client.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { fileOf } from './config-file.ts';

interface Node {
  readonly url: string;
  readonly process: ChildProcess;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Two nodes of one gateway, as they are started by hand. */
async function nodes(stateful: boolean): Promise<Node[]> {
  const ports = [await freePort(), await freePort()];
  return Promise.all(
    ports.map(async (port, n) => {
      const pool = { maxSize: 2, ...(stateful && { stateful }) };
      const file = await fileOf({});
      const peers = [`http://127.0.0.1:${ports[1 - n] ?? 0}`];
      const replicas = { keys: ['${SEAL_KEY}'], peers, port };
      const mcpServers = { everything: { command: everything.command, args: everything.args, pool } };
      await writeFile(file, JSON.stringify({ mcpServers, gateway: { port: 0, replicas } }));
      const child = spawn(process.execPath, [builtProgram('../../lib/cli/main'), 'serve', '--config', file], {
        env: { ...process.env, SEAL_KEY: 'what only these nodes know' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      return { url: line.toString().trim(), process: child };
    }),
  );
}

/** A client of the first node, which speaks to the other once that has been killed. */
async function afterTheKill(stateful: boolean): Promise<{ readonly status: number; readonly text: string }> {
  const [first, second] = (await nodes(stateful)) as [Node, Node];
  const one = new McpHttpClient(first.url);
  const other = new McpHttpClient(second.url);
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()]);
  });
  await one.introduce();
  const echo = (): ReturnType<McpHttpClient['request']> =>
    one.request('tools/call', { name: 'echo', arguments: { message: 'hi' } });
  expect((await one.post(echo())).text()).toContain('Echo: hi');
  const exit = once(first.process, 'exit');
  first.process.kill('SIGKILL');
  await exit;
  other.session = one.session;
  const { status, text } = await other.post(echo());
  return { status, text: text() };
}

it('goes on at another node when one is killed, without being introduced again', async () => {
  const { status, text } = await afterTheKill(false);
  expect([status, text]).toEqual([200, expect.stringContaining('Echo: hi')]);
}, 60_000);

it('has to begin anew where the session had a connection of its own', async () => {
  expect((await afterTheKill(true)).status).toBe(404);
}, 60_000);
