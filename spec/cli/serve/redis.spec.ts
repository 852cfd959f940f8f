import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { McpHttpClient } from '../../support/mcp-http-client.ts';
import { nodeProgram } from '../../support/programs.ts';
import { hasRedis, startRedis, stopRedis } from '../../support/redis-server.ts';
import { CountingServer } from '../../support/replicas.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';
import { ran } from '../test-io.ts';
import { fileOf } from './config-file.ts';

const keys = ['what only these nodes know'];
const good = { keys, redis: 'redis://10.0.0.9', host: '10.0.0.1', port: 3100 };
const CAP = 3;
/** A share of a dead node stays for ten seconds, and so long nobody grows beside a new Redis. */
const SOON_MS = 40_000;

afterAll(stopRedis);

/** A server of which each process is counted, and whose only tool takes 100 ms. */
function counted(port: number, pool: object): object {
  const { command, args } = nodeProgram(`
    const { McpServer } = require('@modelcontextprotocol/server');
    const { serveStdio } = require('@modelcontextprotocol/server/stdio');
    require('node:net').connect(${port}, '127.0.0.1');
    process.stdin.on('end', () => process.exit());
    serveStdio(() => {
      const product = new McpServer({ name: 'counted', version: '1.0.0' }, { capabilities: { tools: {} } });
      const { server } = product;
      server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'hold', inputSchema: { type: 'object' } }] }));
      server.setRequestHandler('tools/call', async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { content: [] };
      });
      return product;
    });`);
  return { command, args, pool: { minSize: CAP, maxSize: CAP, ...pool } };
}

interface Node {
  readonly url: string;
  readonly process: ChildProcess;
  readonly stderr: () => string;
  /** Calls that were answered. */
  answered: number;
}

/** A node as it is started by hand. */
async function startNode(redis: string, upstream: CountingServer, pool: object): Promise<Node> {
  const replicas = { keys: ['${SEAL_KEY}'], redis, host: '127.0.0.1', port: await freePort() };
  const file = await fileOf({ counted: counted(upstream.port, pool) }, { port: 0, replicas });
  const child = spawn(process.execPath, [builtProgram('../../lib/cli/main'), 'serve', '--config', file], {
    env: { ...process.env, SEAL_KEY: 'what only these nodes know' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), process: child, stderr: () => said, answered: 0 };
}

/** A node with clients that always want something. */
async function busyNode(redis: string, upstream: CountingServer): Promise<Node> {
  const node = await startNode(redis, upstream, { cap: CAP });
  for (let n = 0; n < CAP; n++) void use(node);
  return node;
}

async function countingServer(): Promise<CountingServer> {
  const upstream = new CountingServer();
  await upstream.start();
  onTestFinished(() => upstream.stop());
  return upstream;
}

/** Calls the tool again and again, until the node is gone or the test is over. */
async function use(node: Node): Promise<void> {
  const client = new McpHttpClient(node.url);
  onTestFinished(() => client.close());
  try {
    await client.introduce();
    for (;;) {
      if ('result' in (await client.ask('tools/call', { name: 'hold', arguments: {} }))) node.answered++;
    }
  } catch {
    // The node is gone, or the client was closed.
  }
}

describe.skipIf(!hasRedis)('mcp-pool serve with Redis', () => {
  it('keeps to one cap over all nodes, and one has all of it when the other is killed', async () => {
    const upstream = await countingServer();
    const { port } = await startRedis();
    const redis = `redis://127.0.0.1:${port}`;
    const one = await busyNode(redis, upstream);
    const other = await busyNode(redis, upstream);
    await until(() => one.answered > 5 && other.answered > 5 && upstream.open === CAP, SOON_MS);
    one.process.kill('SIGKILL');
    await until(() => upstream.open < CAP, SOON_MS);
    await until(() => upstream.open === CAP, SOON_MS);
    expect(upstream.most).toBe(CAP);
    const { answered } = other;
    await until(() => other.answered > answered + 5, SOON_MS);
    expect(other.stderr()).toBe('');
    other.process.kill('SIGTERM');
    const [code] = (await once(other.process, 'exit')) as [number];
    expect(code).toBe(0);
  }, 120_000);

  it('has the nodes find each other', async () => {
    const upstream = await countingServer();
    const { port } = await startRedis();
    const start = (): Promise<Node> => startNode(`redis://127.0.0.1:${port}`, upstream, { stateful: true });
    const [one, other] = await Promise.all([start(), start()]);
    const client = new McpHttpClient(one.url);
    const elsewhere = new McpHttpClient(other.url);
    onTestFinished(async () => {
      await Promise.all([client.close(), elsewhere.close()]);
    });
    await client.introduce();
    elsewhere.session = client.session;
    // Only the one node has this session.
    await until(async () => 'result' in (await elsewhere.ask('ping')), SOON_MS);
  }, 90_000);

  it('begins although there is no Redis, and says so', async () => {
    const upstream = await countingServer();
    const redis = `redis://127.0.0.1:${await freePort()}`;
    const node = await busyNode(redis, upstream);
    await until(() => node.answered > 5, SOON_MS);
    expect(node.stderr()).toMatch(/^mcp-pool: redis cannot be asked: .*ECONNREFUSED/);
    // What a node may have that could not ask.
    expect(upstream.most).toBe(1);
  }, 60_000);
});

it('names the package that is missing', async () => {
  const hooks = `export const resolve = (name, context, next) => {
    if (name !== 'redis') return next(name, context);
    throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
  };`;
  const setUp = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
  const file = await fileOf({ a: { command: 'x' } }, { replicas: { ...good, host: '127.0.0.1' } });
  const words = [`data:text/javascript,${encodeURIComponent(setUp)}`, builtProgram('../../lib/cli/main')];
  const child = spawn(process.execPath, ['--import', ...words, 'serve', '--config', file]);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  const problem = 'gateway.replicas.redis needs the package redis, which is not installed: npm install redis';
  expect([code, said]).toEqual([2, `mcp-pool: ${problem}\n`]);
}, 60_000);

describe('mcp-pool serve --check', () => {
  it.each<[object, string]>([
    [{ ...good, redis: 'http://10.0.0.9' }, 'gateway.replicas.redis must be a URL such as redis://10.0.0.9:6379'],
    [{ ...good, redis: ':secret@' }, 'gateway.replicas.redis must be a URL such as redis://10.0.0.9:6379'],
    [{ ...good, redis: 6379 }, 'gateway.replicas.redis must be a string, not a number'],
    [{ ...good, redis: '${NOT_SET_BY_ANYBODY}' }, 'variable NOT_SET_BY_ANYBODY is not set (gateway.replicas.redis)'],
    [{ ...good, peers: ['http://10.0.0.2:3100'] }, 'choose one of gateway.replicas.peers and gateway.replicas.redis'],
    [{ ...good, name: 'a{b}' }, 'gateway.replicas.name must be a text without braces'],
    [{ keys, name: 'a' }, 'gateway.replicas.name goes with gateway.replicas.redis'],
    [{ ...good, port: 0 }, 'gateway.replicas.port must be one that the others can be told, not 0'],
    [{ ...good, port: undefined }, 'gateway.replicas.port is missing'],
    [{ ...good, host: undefined }, 'gateway.replicas.host is missing'],
    [{ ...good, host: '0.0.0.0' }, 'gateway.replicas.host must be an address by which the others reach this node'],
    [{ ...good, reddis: 'x' }, 'unknown key gateway.replicas.reddis (did you mean redis?)'],
    [{ ...good, keys: ['short'] }, 'gateway.each of replicas.keys'],
  ])('tells what is wrong without asking any Redis: %j', async (replicas, said) => {
    const file = await fileOf({ a: { command: 'x', pool: { cap: 3 } } }, { replicas });
    const { exitCode, stdout } = await ran(['serve', '--config', file, '--check']);
    expect([exitCode, stdout]).toEqual([2, expect.stringContaining(`a: ready\ngateway: failed: ${said}`)]);
    expect(stdout).not.toContain('secret');
  });

  it('finds nothing wrong with what is right', async () => {
    const file = await fileOf({ a: { command: 'x', pool: { cap: 3 } } }, { replicas: { ...good, name: 'tools' } });
    expect(await ran(['serve', '--config', file, '--check'])).toMatchObject({ exitCode: 0, stdout: 'a: ready\n' });
  });

  it('wants a Redis where there is a cap, and caps that are some', async () => {
    const file = await fileOf({ a: { command: 'x', pool: { cap: 3 } }, b: { command: 'x', pool: { cap: 0 } } });
    const problem = 'a: pool.cap needs gateway.replicas.redis';
    expect(await ran(['serve', '--config', file, '--check'])).toMatchObject({
      exitCode: 2,
      stdout: `a: ready\nb: failed: pool.cap must be a whole number of at least 1, not 0\ngateway: failed: ${problem}\n`,
    });
    expect(await ran(['serve', '--config', file, '--server', 'a'])).toMatchObject({
      exitCode: 2,
      stderr: `mcp-pool: ${problem}\n`,
    });
  });
});
