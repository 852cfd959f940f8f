import { Client } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type McpHub, type McpPoolOptions, poolTransport, serveTcp, stdio, tcp } from '../../../lib/mcp/index.ts';
import { askingTools } from '../../support/asking-tools.ts';
import { changingServer } from '../../support/changing-server.ts';
import { everything } from '../../support/everything.ts';
import { growingServer, listingServer, openHub, reaching } from '../../support/hub.ts';
import { startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

const capabilities = { sampling: {}, elicitation: {}, roots: {} };

/** The SDK's client of a hub; it ends with the test. */
async function connected(hub: McpHub): Promise<Client> {
  const client = new Client({ name: 'spec', version: '1.0.0' }, { capabilities });
  await client.connect(poolTransport(hub));
  onTestFinished(() => client.close());
  return client;
}

/** Options of a pool of a server with these tools, over TCP. */
async function serving(create: Parameters<typeof serveTcp>[0], others: McpPoolOptions = {}): Promise<McpPoolOptions> {
  const server = await serveTcp(create);
  onTestFinished(() => server.close());
  return { transport: tcp({ port: server.port }), maxSize: 2, clientOptions: { capabilities }, ...others };
}

describe('a client of a hub', () => {
  it('has the tools of all servers, which answer it', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const hub = openHub({ everything: { transport: stdio(everything), maxSize: 1 }, tools: reaching(server) });
    const client = await connected(hub);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['everything__echo', 'tools__echo']));
    for (const name of ['everything__echo', 'tools__echo']) {
      expect(textOf(await client.callTool({ name, arguments: { message: 'hi' } }))).toContain('hi');
    }
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, prompts: {}, resources: {} });
    expect(client.getInstructions()).toContain('# everything');
    expect(await client.ping()).toEqual({});
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain('everything__simple-prompt');
    await expect(client.callTool({ name: 'nobody__x' })).rejects.toMatchObject({ code: -32602 });
  });

  it.each(['legacy', 'modern'] as const)('is asked by several servers at once, %s ones', async (era) => {
    const asking = (): Promise<McpPoolOptions> => serving(askingTools().create, { era });
    const client = await connected(openHub({ a: await asking(), b: await asking() }));
    const asked: string[] = [];
    client.setRequestHandler('sampling/createMessage', ({ params }) => {
      const text = JSON.stringify(params.messages);
      asked.push(text);
      return { role: 'assistant', model: 'none', content: { type: 'text', text: `to ${text}` } };
    });
    const calls = ['a__ask', 'b__ask', 'a__ask', 'b__ask'].map((name, n) =>
      client.callTool({ name, arguments: { asks: ['sampling'], text: `question ${n}` } }),
    );
    const answers = await Promise.all(calls);
    for (const [n, answer] of answers.entries()) expect(textOf(answer)).toContain(`question ${n}`);
    expect(asked).toHaveLength(4);
  });

  it('hears of progress, and of its cancelled calls no more', async () => {
    const hub = openHub({
      a: { transport: stdio(everything), maxSize: 1 },
      b: { transport: stdio(everything), maxSize: 1 },
    });
    const client = await connected(hub);
    const heard: number[] = [];
    const long = { name: 'a__trigger-long-running-operation', arguments: { duration: 0.5, steps: 5 } };
    await client.callTool(long, { onprogress: ({ progress }) => heard.push(progress) });
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    const abort = new AbortController();
    const cancelled = client.callTool({ ...long, arguments: { duration: 60, steps: 60 } }, { signal: abort.signal });
    await until(() => hub.pool('a').state.active === 1);
    abort.abort();
    await expect(cancelled).rejects.toThrow();
    expect(textOf(await client.callTool({ name: 'a__echo', arguments: { message: 'on' } }))).toContain('on');
  });

  it('is told when a list has changed', async () => {
    const hub = openHub({ a: reaching(await growingServer()), b: reaching(await listingServer({ tools: ['x'] })) });
    const client = await connected(hub);
    let told = 0;
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      told++;
    });
    expect((await client.listTools()).tools).toHaveLength(2);
    await client.callTool({ name: 'a__first' });
    await until(() => told === 1);
    expect((await client.listTools()).tools).toHaveLength(3);
  });

  it('is told of a resource that it has subscribed to', async () => {
    const hub = openHub({ a: await serving(changingServer()) });
    const client = await connected(hub);
    const told: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      told.push(params.uri);
    });
    await client.subscribeResource({ uri: 'file:///a' });
    await client.callTool({ name: 'change', arguments: { uri: 'file:///a' } });
    await until(() => told.length > 0);
    expect(new Set(told)).toEqual(new Set(['file:///a']));
  });

  it('may leave a resource that is in no list any more', async () => {
    const resources = ['file:///a'];
    const asked: string[] = [];
    const { initialize, ping } = initialising();
    const capabilities = { resources: { subscribe: true, listChanged: true } };
    const server = await startLineServer((message, say) => {
      const { id, method } = message;
      asked.push(method);
      if (method === 'resources/subscribe' || method === 'resources/unsubscribe') say({ id, result: {} });
      else if (method === 'resources/list')
        say({ id, result: { resources: resources.map((uri) => ({ uri, name: uri })) } });
      else {
        const result = { ...(initialize?.['result'] as object), capabilities };
        answer(message, { initialize: { result }, ...(ping && { ping }) }, say);
      }
      if (method === 'resources/subscribe') {
        resources.pop();
        say({ method: 'notifications/resources/list_changed' });
      }
    });
    onTestFinished(() => server.stop());
    const hub = openHub({ a: reaching(server), b: reaching(await listingServer({})) });
    const client = await connected(hub);
    await client.subscribeResource({ uri: 'file:///a' });
    await until(async () => (await hub.client.listResources()).resources.length === 0);
    expect(await client.unsubscribeResource({ uri: 'file:///a' })).toEqual({});
    await until(() => asked.includes('resources/unsubscribe'));
  });

  it('goes on when the pool of a server was closed for want of use', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const hub = openHub({ a: reaching(server), b: reaching(server) }, { idleTimeoutMs: 100 });
    const client = await connected(hub);
    const echo = () => client.callTool({ name: 'a__echo', arguments: { message: 'hi' } });
    await echo();
    await until(() => hub.servers.every(({ status }) => status === 'idle'));
    expect(textOf(await echo())).toBe('hi');
  });

  it('is refused a level of the log that there is not', async () => {
    const client = await connected(openHub({ a: reaching(await listingServer({})) }));
    const set = (level: unknown) => client.request({ method: 'logging/setLevel', params: { level } } as never);
    await expect(set('banana')).rejects.toMatchObject({ code: -32602 });
    await expect(set('debug')).resolves.toEqual({});
  });

  it('hears the end of the hub, and leaves it open when it goes itself', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const hub = openHub({ a: reaching(server) });
    const [first, second] = [await connected(hub), await connected(hub)];
    await first.close();
    expect((await second.listTools()).tools).toHaveLength(4);
    let isOver = false;
    second.onclose = () => (isOver = true);
    await hub.close();
    await until(() => isOver);
  });

  it('is told why a server is not there, and has the others', async () => {
    const server = await startTcpServer();
    onTestFinished(() => server.stop());
    const hub = openHub({ gone: { transport: stdio({ command: 'no-such-program-of-anybody' }) }, b: reaching(server) });
    const client = await connected(hub);
    expect((await client.listTools()).tools).toHaveLength(4);
    await expect(client.callTool({ name: 'gone__x' })).rejects.toThrow(/no-such-program/);
    expect(textOf(await client.callTool({ name: 'b__echo', arguments: { message: 'hi' } }))).toBe('hi');
  });
});
