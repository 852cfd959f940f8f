import { describe, expect, it, onTestFinished } from 'vitest';
import { type HubServer, createMcpHub, readConfig, stdio } from '../../../lib/mcp/index.ts';
import { everything } from '../../support/everything.ts';
import { heardOf } from '../../support/heard-of.ts';
import { growingServer, openHub, reaching, toolsOf } from '../../support/hub.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

describe('servers', () => {
  const status = (servers: readonly HubServer[]): string[] =>
    servers.map((server) => `${server.name} ${server.status}`);

  it('are started by what needs them, and only those', async () => {
    const [a, b] = [await startTcpServer(), await startTcpServer()];
    onTestFinished(async () => {
      await Promise.all([a.stop(), b.stop()]);
    });
    const hub = openHub({ a: reaching(a), b: reaching(b) });
    expect(status(hub.servers)).toEqual(['a idle', 'b idle']);
    expect(textOf(await hub.client.callTool({ name: 'b__echo', arguments: { message: 'hi' } }))).toBe('hi');
    expect(status(hub.servers)).toEqual(['a idle', 'b up']);
    await hub.client.listTools();
    expect(hub.servers).toMatchObject([
      { status: 'up', connections: 1, tools: 4 },
      { status: 'up', connections: 1, tools: 4 },
    ]);
  });

  it('that fail leave four of five working, and say why', async () => {
    const good = await startTcpServer();
    onTestFinished(() => good.stop());
    const config = await readConfig({
      mcpServers: {
        everything: { command: everything.command, args: everything.args },
        gone: { command: 'no-such-program-of-anybody' },
        dying: { command: process.execPath, args: ['-e', 'console.error("bad luck"); process.exit(1)'] },
        unset: { command: 'node', args: ['${NOT_SET_BY_ANYBODY}'] },
        off: { command: 'node', disabled: true },
      },
    });
    const hub = openHub({ ...config, servers: [...config.servers, ...(await more(good.port))] });
    const tools = await toolsOf(hub);
    expect(tools).toContain('everything__echo');
    expect(tools).toContain('good__echo');
    const [everyOne, gone, dying, unset, off] = hub.servers;
    expect(everyOne).toMatchObject({ status: 'up' });
    expect(gone?.error?.message).toContain('no-such-program-of-anybody');
    expect(dying?.error?.message).toContain('bad luck');
    expect(unset?.error?.message).toContain('NOT_SET_BY_ANYBODY');
    expect(off).toMatchObject({ status: 'disabled' });
    expect(() => hub.pool('unset')).toThrow('NOT_SET_BY_ANYBODY');
    expect(() => hub.pool('off')).toThrow('disabled');
    expect(() => hub.pool('good1')).toThrow('did you mean good');
    await expect(hub.client.callTool({ name: 'gone__x' })).rejects.toThrow(/no-such-program/);
  });

  const more = async (port: number) => {
    const { servers } = await readConfig({ mcpServers: { good: { url: 'http://127.0.0.1:1/mcp' } } });
    return servers.map((server) => (server.status === 'ready' ? { ...server, options: reaching({ port }) } : server));
  };

  it('that come late are told by their part of the list, and servers$ shows how they are', async () => {
    const good = await startTcpServer();
    onTestFinished(() => good.stop());
    const late = await startTcpServer();
    await late.stop();
    const hub = openHub({ good: reaching(good), late: reaching(late) }, { listTimeoutMs: 3000 });
    const seen: string[] = [];
    hub.servers$.subscribe((servers) => seen.push(status(servers).join(', ')));
    const changes = heardOf(hub.listChanges$);
    expect(await toolsOf(hub)).toHaveLength(4);
    await until(() => hub.servers[1]?.status === 'failed');
    const before = changes.times();
    const again = await startTcpServer(late.port);
    onTestFinished(() => again.stop());
    await until(() => changes.times() > before, 20_000);
    expect(await toolsOf(hub)).toHaveLength(8);
    await until(() => seen.at(-1) === 'good up, late up');
    expect(seen).toContain('good idle, late idle');
    expect(seen).toContain('good up, late failed');
  }, 30_000);

  it('of which nobody needs anything are closed, list what they listed, and are started again', async () => {
    const a = await startTcpServer();
    onTestFinished(() => a.stop());
    const hub = openHub({ a: reaching(a), b: reaching(a) }, { idleTimeoutMs: 200 });
    expect(await toolsOf(hub)).toHaveLength(8);
    await until(() => hub.servers.every((server) => server.status === 'idle'));
    expect(await toolsOf(hub)).toHaveLength(8);
    expect(hub.servers.every((server) => server.status === 'idle')).toBe(true);
    expect(textOf(await hub.client.callTool({ name: 'a__echo', arguments: { message: 'hi' } }))).toBe('hi');
    expect(status(hub.servers)).toEqual(['a up', 'b idle']);
  });
});

describe('tools$', () => {
  it('emits what is known, each server as it comes, and each change', async () => {
    const a = await startTcpServer();
    onTestFinished(() => a.stop());
    const b = await growingServer();
    const hub = openHub({ a: reaching(a), b: reaching(b) });
    const counts: number[] = [];
    let isOver = false;
    hub.tools$.subscribe({ next: (tools) => counts.push(tools.length), complete: () => (isOver = true) });
    expect(counts).toEqual([0]);
    await until(() => counts.at(-1) === 5);
    await hub.client.callTool({ name: 'b__first' });
    await until(() => counts.at(-1) === 6);
    expect((await hub.client.listTools()).tools).toHaveLength(6);
    expect(hub.client.getServerCapabilities()).toMatchObject({ tools: { listChanged: true } });
    await hub.close();
    expect(isOver).toBe(true);
    expect(() => hub.pool('a')).toThrow(expect.objectContaining({ code: 'POOL_CLOSED' }));
  });
});

it('sets the level of the log on all connections, those included that are opened later', async () => {
  const told: string[] = [];
  const logging = async (name: string): Promise<LineServer> => {
    const { initialize, ping } = initialising();
    const server = await startLineServer((message, say) => {
      const { id, method, params } = message;
      if (method === 'logging/setLevel') told.push(`${name} ${String(params?.['level'])}`);
      const result = { ...(initialize?.['result'] as object), capabilities: { logging: {} } };
      if (method === 'logging/setLevel') say({ id, result: {} });
      else answer(message, { initialize: { result }, ...(ping && { ping }) }, say);
    });
    onTestFinished(() => server.stop());
    return server;
  };
  const two = { minSize: 2, maxSize: 2 };
  const hub = openHub({ a: reaching(await logging('a'), two), b: reaching(await logging('b')) });
  await hub.pool('a').ready();
  await hub.client.setLoggingLevel('warning');
  await until(() => told.filter((each) => each === 'a warning').length >= 2);
  await hub.pool('b').ready();
  await until(() => told.includes('b warning'));
});

it('gives requests the timeout of the file unless they bring one', async () => {
  const silent = await startLineServer((message, say) => {
    if (message.method !== 'tools/call') answer(message, initialising(), say);
  });
  onTestFinished(() => silent.stop());
  const servers = [{ name: 'slow', status: 'ready', options: reaching(silent), timeoutMs: 100, warnings: [] } as const];
  const { client } = openHub({ servers, warnings: [] });
  await expect(client.callTool({ name: 'x' })).rejects.toThrow(/timed out/i);
});

it('refuses options that make no sense', () => {
  expect(() => createMcpHub({}, { names: 'first' as never })).toThrow(
    'names must be one of auto, always, never: first',
  );
  expect(() => createMcpHub({}, { idleTimeout: 1 } as never)).toThrow('idleTimeoutMs');
  expect(() => createMcpHub({ a: 'x' as never })).toThrow('the options of a');
  const hub = openHub({ a: {} });
  expect(() => hub.pool('a')).toThrow(TypeError);
});

it('takes processes along when it is closed, and answers nothing from then on', async () => {
  const hub = createMcpHub({ everything: { transport: stdio(everything) } });
  await hub.client.listTools();
  const pool = hub.pool('everything');
  await hub.close();
  expect(pool.state.size).toBe(0);
  await expect(hub.client.listTools()).rejects.toMatchObject({ code: 'POOL_CLOSED' });
});

it('says nothing of servers when it is closed before they are there', async () => {
  const silent = await startLineServer(() => undefined);
  onTestFinished(() => silent.stop());
  const hub = createMcpHub({ silent: reaching(silent) });
  const listed = hub.client.listTools();
  listed.catch(() => undefined);
  await until(() => hub.servers[0]?.status === 'starting');
  await hub.close();
  await expect(listed).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  expect(hub.servers).toMatchObject([{ status: 'idle' }]);
});
