import { describe, expect, it, onTestFinished } from 'vitest';
import { type McpHub, type McpPoolOptions, poolTransport, readConfig, serveTcp, tcp } from '../../../lib/mcp/index.ts';
import { Client } from '@modelcontextprotocol/client';
import { changingServer } from '../../support/changing-server.ts';
import { heardOf } from '../../support/heard-of.ts';
import { listingServer, openHub, reaching, toolsOf } from '../../support/hub.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

/** Options that reach a server which lists these tools, the same object for as long as the entry is the same. */
const listing = async (...tools: string[]): Promise<McpPoolOptions> => reaching(await listingServer({ tools }));

/** The identity of the pools of these servers. */
const poolsOf = (hub: McpHub, ...names: string[]): unknown[] => names.map((name) => hub.pool(name));

describe('reload', () => {
  it('keeps the connections of those that are the same, and replaces those that have changed', async () => {
    const [a, b] = [await listing('one'), await listing('two')];
    const hub = openHub({ a, b });
    expect(await toolsOf(hub)).toEqual(['a__one', 'b__two']);
    const [keptPool, replacedPool] = poolsOf(hub, 'a', 'b');
    await hub.reload({ a, b: await listing('three'), c: await listing('four') });
    expect(await toolsOf(hub)).toEqual(['a__one', 'b__three', 'c__four']);
    const [pool, other] = poolsOf(hub, 'a', 'b');
    expect(pool).toBe(keptPool);
    expect(other).not.toBe(replacedPool);
    expect(replacedPool).toMatchObject({ state: { phase: 'closed' } });
    expect(hub.servers.map(({ name, status }) => `${name} ${status}`)).toEqual(['a up', 'b up', 'c up']);
  });

  it('forgets those that are gone, and tells of the lists that have changed', async () => {
    const [a, b] = [await listing('one'), await listing('two')];
    const hub = openHub({ a, b }, { names: 'always' });
    await toolsOf(hub);
    const heard = heardOf(hub.listChanges$);
    await hub.reload({ a });
    expect(heard.times()).toBe(1);
    expect(await toolsOf(hub)).toEqual(['a__one']);
    expect(() => hub.pool('b')).toThrow('there is no server b');
    await expect(hub.client.callTool({ name: 'b__two' })).rejects.toThrow('there is no tool b__two');
    await hub.reload({ a });
    expect(heard.times()).toBe(1);
  });

  it('names tools anew where one server becomes two', async () => {
    const [a, b] = [await listing('one'), await listing('two')];
    const hub = openHub({ a });
    expect(await toolsOf(hub)).toEqual(['one']);
    await hub.reload({ a, b });
    expect(await toolsOf(hub)).toEqual(['a__one', 'b__two']);
  });

  it('starts nothing where nothing was started', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const hub = openHub({ a: await listing('one') });
    await hub.reload({ a: reaching(server), b: reaching(server) });
    expect(hub.servers.map(({ status }) => status)).toEqual(['idle', 'idle']);
  });

  it('serves what the old server listed until the new one is there', async () => {
    const hub = openHub({ a: await listing('one') }, { listTimeoutMs: 300 });
    await toolsOf(hub);
    const away = await startTcpServer();
    await away.stop();
    await hub.reload({ a: reaching(away) });
    expect(await toolsOf(hub)).toEqual(['one']);
  });

  it('changes nothing where the servers make no sense, or the hub is closed', async () => {
    const a = await listing('one');
    const hub = openHub({ a });
    const tools = await toolsOf(hub);
    await expect(hub.reload({ b: null as never })).rejects.toThrow(TypeError);
    await expect(hub.reload({ b: a }, { drainMs: -1 })).rejects.toThrow(RangeError);
    expect(await toolsOf(hub)).toEqual(tools);
    await hub.close();
    await expect(hub.reload({ b: a })).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });

  it('knows the entries of a file by what they say, variables filled in', async () => {
    const entry = { url: 'http://127.0.0.1:1/mcp', headers: { key: '${KEY}' } };
    const read = (KEY: string, others: object = {}) =>
      readConfig({ mcpServers: { a: { ...entry, ...others } } }, { variables: { KEY } });
    const hub = openHub(await read('1'));
    const pool = hub.pool('a');
    await hub.reload(await read('1'));
    expect(hub.pool('a')).toBe(pool);
    await hub.reload(await read('2'));
    const other = hub.pool('a');
    expect(other).not.toBe(pool);
    await hub.reload(await read('2', { pool: { maxSize: 3 } }));
    expect(hub.pool('a')).not.toBe(other);
  });
});

describe('what is under way', () => {
  it('ends where it is', async () => {
    const [old, young] = [await startTcpServer(), await startTcpServer()];
    onTestFinished(async () => {
      await Promise.all([old.stop(), young.stop()]);
    });
    const hub = openHub({ a: reaching(old) });
    await toolsOf(hub);
    const slow = hub.client.callTool({ name: 'sleep', arguments: { ms: 3000 } });
    // It waits for the only connection, which the first one has.
    const next = hub.client.callTool({ name: 'echo', arguments: { message: 'queued' } });
    await until(() => hub.pool('a').state.waiting > 0);
    const oldPool = hub.pool('a');
    const reloaded = hub.reload({ a: reaching(young) });
    expect(textOf(await hub.client.callTool({ name: 'echo', arguments: { message: 'new' } }))).toBe('new');
    expect(oldPool.state.phase).toBe('open');
    await slow;
    expect(textOf(await next)).toBe('queued');
    await reloaded;
    expect(oldPool.state.phase).toBe('closed');
  });

  it('is cut off when its time is over', async () => {
    const [old, young] = [await startTcpServer(), await startTcpServer()];
    onTestFinished(async () => {
      await Promise.all([old.stop(), young.stop()]);
    });
    const hub = openHub({ a: reaching(old) });
    const slow = hub.client.callTool({ name: 'sleep', arguments: { ms: 20_000 } }).catch((error: unknown) => error);
    await until(() => hub.pool('a').state.active > 0);
    await hub.reload({ a: reaching(young) }, { drainMs: 50 });
    expect(await slow).toBeInstanceOf(Error);
  });

  it('fails no call however often servers are replaced', async () => {
    const servers = [await startTcpServer(), await startTcpServer()];
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.stop()));
    });
    const entry = (n: number): McpPoolOptions => reaching(servers[n % 2] as { port: number }, { maxSize: 2 });
    const hub = openHub({ a: entry(0) });
    const client = new Client({ name: 'spec', version: '1.0.0' });
    await client.connect(poolTransport(hub));
    let [calls, isOver] = [0, false];
    const callers = Array.from({ length: 8 }, async (_, n) => {
      while (!isOver) {
        const message = `${n} ${calls++}`;
        expect(textOf(await client.callTool({ name: 'echo', arguments: { message } }))).toBe(message);
      }
    });
    for (let turn = 1; turn <= 10; turn++) {
      const before = calls;
      await hub.reload({ a: entry(turn) });
      await until(() => calls > before + 8);
    }
    isOver = true;
    await Promise.all(callers);
    expect(calls).toBeGreaterThan(80);
    await client.close();
  });

  it('goes on where a resource is followed', async () => {
    const servers = [await serveTcp(changingServer()), await serveTcp(changingServer())];
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.close()));
    });
    const entry = (n: number): McpPoolOptions => ({ transport: tcp({ port: servers[n]?.port ?? 0 }), maxSize: 1 });
    const hub = openHub({ a: entry(0) });
    const client = new Client({ name: 'spec', version: '1.0.0' });
    await client.connect(poolTransport(hub));
    onTestFinished(() => client.close());
    let told = 0;
    client.setNotificationHandler('notifications/resources/updated', () => {
      told++;
    });
    const uri = 'file:///a';
    await client.subscribeResource({ uri });
    await hub.reload({ a: entry(1) });
    told = 0;
    await until(async () => {
      await client.callTool({ name: 'change', arguments: { uri } });
      return told > 0;
    });
  });
});
