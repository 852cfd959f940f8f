import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sharedAllowance } from '../../../lib/index.ts';
import { type McpPoolFamily, type McpTransport, createMcpPoolFamily, stdio, tcp } from '../../../lib/mcp/index.ts';
import { type TcpServer, serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { seeded } from '../../support/seeded.ts';
import { counterServer } from '../../support/counter-server.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { callOf, textOf } from '../../support/tool-call.ts';

let server: TcpServer;
let pools: McpPoolFamily<string>;

beforeAll(async () => {
  server = await serveTcp(counterServer());
});
afterAll(() => server.close());
afterEach(() => pools.close());

/** Each principal has one connection, so that the counter of that is the principal's. */
function openPools(transport: McpTransport = tcp({ port: server.port })): McpPoolFamily<string> {
  pools = createMcpPoolFamily<string>({
    key: (principal) => `${transport.target} ${principal}`,
    options: () => ({ transport, maxSize: 1, minSize: 1 }),
  });
  return pools;
}

async function add(principal: string, by: number): Promise<number> {
  const result = await pools.use(principal, (connection) => connection.request(callOf('add', { by })));
  return Number(textOf(result));
}

/** A adds 5 and B adds 3, in an order drawn anew each time; what either reads has to be its own sum. */
async function interleave(times: number, random: (below: number) => number): Promise<void> {
  const by: Record<string, number> = { A: 5, B: 3 };
  const sums: Record<string, number> = { A: 0, B: 0 };
  for (let i = 0; i < times; i++) {
    const order = ['A', 'B', random(2) === 0 ? 'A' : 'B'].sort(() => random(3) - 1);
    const read = await Promise.all(order.map((principal) => add(principal, by[principal] ?? 0)));
    const expected = order.map((principal) => (sums[principal] = (sums[principal] ?? 0) + (by[principal] ?? 0)));
    expect(read).toEqual(expected);
  }
}

describe('two principals with a counter for each connection', () => {
  it('read each their own in 2 000 interleavings over TCP', async () => {
    openPools();
    await interleave(2000, seeded(5));
    expect(server.connections).toBe(2);
    expect(pools.metrics).toMatchObject({ totalPools: 2, totalCheckouts: 6000, failedCheckouts: 0 });
  });

  it('read each their own in 2 000 interleavings over stdio', async () => {
    openPools(stdio({ command: process.execPath, args: [builtProgram('counter-stdio')] }));
    await interleave(2000, seeded(6));
    expect(pools.metrics).toMatchObject({ totalPools: 2, currentSize: 2 });
  });

  it('read each their own though their pools are closed and opened again all the time', async () => {
    pools = createMcpPoolFamily<string>({
      key: (principal) => principal,
      options: () => ({ transport: tcp({ port: server.port }), maxSize: 1 }),
      maxPools: 1,
    });
    const sums = new Set<number>();
    for (let i = 0; i < 50; i++) {
      for (const [principal, by] of [
        ['A', 5],
        ['B', 3],
      ] as const) {
        const sum = await pools
          .use(principal, async ({ client }) => {
            await client.callTool({ name: 'add', arguments: { by } });
            return Number(textOf(await client.callTool({ name: 'add', arguments: { by } })));
          })
          // Those that are being closed have a limit too.
          .catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'POOL_LIMIT_REACHED' });
            return 2 * by;
          });
        expect(sum).toBe(2 * by);
        sums.add(sum);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(sums).toEqual(new Set([10, 6]));
  });
});

describe('a pool of the family', () => {
  it('opens one connection at first, and is called after the family', async () => {
    pools = createMcpPoolFamily<string>({
      name: 'tenants',
      key: (principal) => principal,
      options: () => ({ transport: tcp({ port: server.port }) }),
    });
    await pools.for('A').ready();
    expect(pools.for('A').name).toBe('tenants-1');
    expect(pools.for('A').state).toMatchObject({ minSize: 1, size: 1 });
    expect(textOf(await pools.for('A').client.callTool({ name: 'add', arguments: { by: 2 } }))).toBe('2');
  });

  it('depends on the request where the key does', async () => {
    pools = createMcpPoolFamily<string>({
      key: (principal, request) => `${principal} ${request?.method ?? ''}`,
      options: () => ({ transport: tcp({ port: server.port }) }),
    });
    await pools.use('A', (connection) => connection.check(), { request: { method: 'ping' } });
    await pools.use('A', (connection) => connection.check());
    expect(pools.size).toBe(2);
  });

  it('is listed by its name, never by its key', async () => {
    openPools();
    await add('secret-of-A', 1);
    const lease = pools.for('secret-of-B').tryCheckout();
    expect(pools.list()).toMatchObject([
      { name: 'pools-1', status: 'open', metrics: { totalCheckouts: 1 } },
      { name: 'pools-2', status: 'open' },
    ]);
    expect(pools.list()[0]?.idleSince).toBeGreaterThan(0);
    lease?.checkin();
    void pools.for('secret-of-B').close();
    expect(pools.list().map(({ status }) => status)).toEqual(['open', 'closing']);
    expect(JSON.stringify([pools.list(), pools.metrics])).not.toContain('secret');
  });

  it('is closed with the family at the end of a scope', async () => {
    const family = openPools();
    await add('A', 1);
    await family[Symbol.asyncDispose]();
    await expect(add('A', 1)).rejects.toMatchObject({ code: 'POOL_CLOSED', data: { name: 'pools' } });
    expect(family.size).toBe(0);
  });
});

describe('what makes no sense', () => {
  const transport = tcp({ port: 1 });
  const good = { key: (principal: string) => principal, options: () => ({ transport }) };

  it('is refused by name when the family is made', () => {
    pools = createMcpPoolFamily(good);
    const wrong = (bad: object) => (): unknown => createMcpPoolFamily({ ...good, ...bad });
    expect(() => createMcpPoolFamily(undefined as never)).toThrow(
      new TypeError('options must be an object, not undefined'),
    );
    expect(wrong({ key: 'a' })).toThrow(new TypeError('key must be a function'));
    expect(wrong({ options: {} })).toThrow(new TypeError('options must be a function'));
    expect(wrong({ name: 7 })).toThrow(new TypeError('name must be a string'));
    expect(wrong({ maxPools: 0 })).toThrow(RangeError);
    expect(wrong({ idleTimeoutMs: -1 })).toThrow(RangeError);
    expect(wrong({ metricsWindowMs: NaN })).toThrow(RangeError);
  });

  it('is a key that is no string, or nobody’s', async () => {
    const keyed = (key: () => unknown): McpPoolFamily<string> =>
      createMcpPoolFamily({ ...good, key: key as () => string });
    pools = keyed(() => undefined);
    expect(() => pools.for('A')).toThrow(new TypeError('key must return a string, not undefined'));
    expect(() => keyed(() => null).for('A')).toThrow(new TypeError('key must return a string, not null'));
    expect(() => keyed(() => '').for('A')).toThrow(new TypeError('key must not return an empty string'));
    await expect(pools.use('A', () => [1])).rejects.toThrow(TypeError);
    expect(pools.size).toBe(0);
  });

  it('is a key function that throws, whose error is the cause', () => {
    const cause = new Error('no such tenant');
    pools = createMcpPoolFamily<string>({
      ...good,
      key: () => {
        throw cause;
      },
    });
    expect(() => pools.for('A')).toThrow(new TypeError('key must return a string, and it threw', { cause }));
  });

  it('is what the options of a pool cannot be, and leaves no pool', () => {
    pools = createMcpPoolFamily<string>({ ...good, options: () => undefined as never });
    expect(() => pools.for('A')).toThrow(new TypeError('what options returns must be an object, not undefined'));
    const sizes = createMcpPoolFamily<string>({ ...good, options: () => ({ transport, maxSize: 0 }) });
    expect(() => sizes.for('A')).toThrow(RangeError);
    expect([pools.size, sizes.size]).toEqual([0, 0]);
  });
});

it('has a client for each principal, which outlasts its pools', async () => {
  openPools();
  const client = pools.client('A');
  const added = async (): Promise<string> => textOf(await client.callTool({ name: 'add', arguments: { by: 2 } }));
  expect([await added(), await added()]).toEqual(['2', '4']);
  await pools.for('A').close();
  expect(await added()).toBe('2');
  await pools.close();
  await expect(added()).rejects.toMatchObject({ code: 'POOL_CLOSED' });
});

describe('pools that share a bound', () => {
  it('have no more connections in all than that, and each its share', async () => {
    const allowance = sharedAllowance(2);
    const transport = tcp({ port: server.port });
    pools = createMcpPoolFamily<string>({ key: (who) => who, options: () => ({ transport, allowance, minSize: 0 }) });
    let most = 0;
    const ask = async (who: string): Promise<void> => {
      await add(who, 1);
      most = Math.max(most, server.connections);
    };
    const principals = ['A', 'B'].flatMap((who) => Array.from({ length: 30 }, () => who));
    await Promise.all(principals.map(ask));
    expect(most).toBe(2);
    expect(pools.metrics).toMatchObject({ totalPools: 2, currentSize: 2, totalCheckouts: 60, failedCheckouts: 0 });
  });
});
