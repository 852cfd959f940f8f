import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { everything } from '../../support/everything.ts';
import { freePort } from '../../support/free-port.ts';
import { McpHttpClient } from '../../support/mcp-http-client.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';
import { fileOf } from './config-file.ts';

interface Node {
  readonly url: string;
  readonly process: ChildProcess;
  readonly stderr: () => string;
}

/** How one of the nodes differs from the other. */
interface Difference {
  readonly key?: string;
  readonly args?: readonly string[];
}

/** Two nodes of one gateway, as they are started by hand; `of`: how the second one differs. */
async function nodes(pool: object, of: Difference = {}): Promise<Node[]> {
  const ports = [await freePort(), await freePort()];
  return Promise.all(
    ports.map(async (port, n) => {
      const file = await fileOf({});
      const peers = [`http://127.0.0.1:${ports[1 - n] ?? 0}`];
      const replicas = { keys: ['${SEAL_KEY}'], peers, port, hopTimeoutMs: 2000 };
      const mcpServers = { everything: { command: everything.command, args: everything.args, pool } };
      await writeFile(file, JSON.stringify({ mcpServers, gateway: { port: 0, replicas } }));
      const { key = 'what only these nodes know', args = [] } = n === 0 ? {} : of;
      const main = builtProgram('../../lib/cli/main');
      const child = spawn(process.execPath, [...args, main, 'serve', '--config', file], {
        env: { ...process.env, SEAL_KEY: key },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      let said = '';
      child.stderr.on('data', (data: Buffer) => (said += data.toString()));
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      return { url: line.toString().trim(), process: child, stderr: () => said };
    }),
  );
}

/** A client of the first node, which speaks to the other once that has been killed. */
async function afterTheKill(stateful: boolean): Promise<{ readonly status: number; readonly text: string }> {
  const [first, second] = (await nodes({ maxSize: 2, ...(stateful && { stateful }) })) as [Node, Node];
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

it('gives up a node that is stopped: what has become of the request nobody knows', async () => {
  const [first, second] = (await nodes({ maxSize: 2, stateful: true })) as [Node, Node];
  const one = new McpHttpClient(first.url);
  const other = new McpHttpClient(second.url);
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()]);
  });
  await one.introduce();
  other.session = one.session;
  // Until each knows where the other one is.
  await until(async () => 'result' in (await other.ask('ping')), 20_000);
  first.process.kill('SIGSTOP');
  const { status, messages } = await other.post(other.request('ping'));
  expect([status, messages[0]]).toMatchObject([502, { error: { data: { code: 'MCP_OUTCOME_UNKNOWN' } } }]);
}, 60_000);

it.each<[string, Difference, RegExp, RegExp]>([
  [
    'clocks differ',
    { args: ['--import', 'data:text/javascript,const now = Date.now; Date.now = () => now() + 42_000;'] },
    /its clock is 4[123] s ahead\n/,
    /its clock is 4[123] s behind\n/,
  ],
  ['keys differ', { key: 'what nobody else knows' }, /their keys differ\n/, /their keys differ\n/],
])(
  'tells of nodes whose %s, on both sides',
  async (_, difference, saidByOne, saidByOther) => {
    const [one, other] = (await nodes({ maxSize: 2 }, difference)) as [Node, Node];
    await until(() => one.stderr() !== '' && other.stderr() !== '', 20_000);
    const begin = /^mcp-pool: the node at http:\/\/127\.0\.0\.1:\d+: it refuses what this node seals: /;
    for (const [said, expected] of [
      [one.stderr(), saidByOne],
      [other.stderr(), saidByOther],
    ] as const) {
      expect(said).toMatch(begin);
      expect(said).toMatch(expected);
    }
  },
  60_000,
);
