import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, type StdioOptions, createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { nodeProgram } from '../../support/programs.ts';
import { initialising, scriptedProgram } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';
import { type Watched, watched } from '../../support/watched.ts';

let pool: McpPool;

afterEach(() => pool.close());

function openPool(program: StdioOptions, options: Omit<McpPoolOptions, 'transport'> = {}): Watched {
  const transport = watched(stdio(program));
  pool = createMcpPool({ ...options, transport });
  return transport;
}

/** Says how far it is, and its key, but is never there. */
const loading: StdioOptions = {
  ...nodeProgram(`
    console.error('npm warn deprecated this is old');
    console.error('\\x1b[33mloading\\x1b[0m with key ' + process.env.SERVER_KEY);
    setInterval(() => {}, 1000);`),
  env: { SERVER_KEY: 'a-secret-key' },
};
const said = 'the server has said so far: loading with key ***';
const hasSaid = (): Promise<void> => until(() => pool.why({ waiter: 1 })?.because.includes('loading') === true, 20_000);

describe('what a server says on stderr before it is up', () => {
  it('stands in the error of whoever waited in vain, without secrets', async () => {
    openPool(loading);
    const abort = new AbortController();
    const first = pool.use(({ client }) => client.ping(), { timeoutMs: 0, signal: abort.signal });
    await hasSaid();
    await expect(pool.use(({ client }) => client.ping(), { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'POOL_CHECKOUT_TIMEOUT',
      message: expect.stringContaining(`nothing is up yet, a connect is under way (${said})`) as string,
      data: { timeoutMs: 20 },
    });
    abort.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
  });

  it.each([undefined, 'auto', 'modern'] as const)(
    'stands in the error of a connect that took too long (era %s)',
    async (era) => {
      const connectBackoff = { minMs: 20_000, maxMs: 20_000 };
      openPool(loading, { connectTimeoutMs: 3000, connectBackoff, ...(era && { era }) });
      await expect(pool.ready()).rejects.toThrow(`connecting took longer than 3000 ms: ${said}`);
      // Whoever cannot wait for the next attempt is told the same.
      await expect(pool.use(() => [0], { timeoutMs: 20 })).rejects.toThrow(said);
    },
  );
});

it('gives whoever waits for the first connect of a process its time besides, and says so', async () => {
  openPool(loading);
  const waiting = [pool.use(() => [0]), pool.use(() => [0], { timeoutMs: 777_000 })];
  const outcomes = Promise.allSettled(waiting);
  await until(() => pool.state.waiting === 2);
  expect([1, 2].map((waiter) => pool.why({ waiter })?.timeoutMs)).toEqual([65_000, 777_000]);
  await pool.close();
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'POOL_CLOSED' } });
});

/** An old server, which knows nothing but what comes after this in a way of its own. */
const oldServer = (onUnknown: string, before = ''): StdioOptions =>
  nodeProgram(`${before};
    const answers = ${JSON.stringify(initialising())};
    const asked = [];
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method } = JSON.parse(line);
      if (answers[method] === undefined) { ${onUnknown} }
      else if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answers[method] }));
    });`);

describe('the era of a server over stdio', () => {
  const eraOf = (): unknown => [...pool.state.connections][0]?.info?.['era'];

  it('is found out soon where an old server is silent to the question', async () => {
    const transport = openPool(oldServer(''), { era: 'auto', checkoutTimeoutMs: 30_000 });
    expect(await pool.client.ping()).toEqual({});
    expect([eraOf(), transport.made.length, pool.state.connectFailures]).toEqual(['legacy', 2, 0]);
    expect(pool.state.connectMs).toBeLessThan(25_000);
  });

  it('is found out though the server takes long to start, whichever it is', async () => {
    const discover = {
      supportedVersions: ['2026-07-28'],
      capabilities: {},
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
    };
    const modern = { 'server/discover': { result: discover } };
    const { args = [] } = scriptedProgram(modern);
    const slowly = `setTimeout(() => { ${String(args.at(-1))} }, 2500)`;
    openPool(nodeProgram(slowly), { era: 'auto' });
    await pool.ready();
    expect(eraOf()).toBe('modern');
  });

  it('is taken for the old one at the second attempt where the server says no word after the question', async () => {
    const connectBackoff = { minMs: 1, maxMs: 1 };
    const server = oldServer("if (method === 'server/discover') process.stdin.pause()");
    openPool(server, { era: 'auto', connectTimeoutMs: 4000, connectBackoff });
    expect(await pool.client.ping()).toEqual({});
    expect(eraOf()).toBe('legacy');
    expect(pool.state.connects).toBe(1);
  });
});
