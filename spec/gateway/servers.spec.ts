import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { type McpPoolOptions, serveTcp, stdio, tcp } from '../../lib/mcp/index.ts';
import { askingTools } from '../support/asking-tools.ts';
import { changingServer } from '../support/changing-server.ts';
import { everything } from '../support/everything.ts';
import { growingServer, listingServer, reaching } from '../support/hub.ts';
import { startTcpServer } from '../support/start-tcp-server.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

/** The address of a gateway of these servers, which ends with the test. */
async function served(servers: NonNullable<GatewayOptions['servers']>): Promise<URL> {
  const gateway = await serveGateway({ servers, port: 0, drainMs: 500 });
  onTestFinished(() => gateway.close());
  return new URL(gateway.url);
}

type Mode = 'legacy' | 'auto';

async function connected(url: URL, mode: Mode, capabilities: object = { sampling: {} }): Promise<Client> {
  const client = new Client(
    { name: 'spec', version: '1.0.0' },
    { capabilities, versionNegotiation: { mode }, listChanged: { tools: { onChanged: () => undefined } } },
  );
  if ('sampling' in capabilities) {
    client.setRequestHandler('sampling/createMessage', ({ params }) => ({
      role: 'assistant',
      model: 'none',
      content: { type: 'text', text: `said to ${JSON.stringify(params.messages)}` },
    }));
  }
  await client.connect(new StreamableHTTPClientTransport(url));
  onTestFinished(() => client.close());
  return client;
}

async function asking(era: 'legacy' | 'modern'): Promise<McpPoolOptions> {
  const server = await serveTcp(askingTools().create);
  onTestFinished(() => server.close());
  return { transport: tcp({ port: server.port }), maxSize: 2, era };
}

describe.each([
  ['legacy', 'legacy'],
  ['modern', 'auto'],
] as const)('several servers, for a client of the %s era', (era, mode) => {
  it('are one: their tools, prompts and resources, and who answers', async () => {
    const tools = await startTcpServer();
    onTestFinished(() => tools.stop());
    const listing = await listingServer({ tools: ['read'], prompts: ['greet'], resources: ['file:///a'] });
    const url = await served({ tools: reaching(tools), listing: reaching(listing) });
    const client = await connected(url, mode);
    expect(client.getProtocolEra()).toBe(era);
    expect(client.getServerVersion()).toMatchObject({ name: 'rx-mcp-pool' });
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(['tools__echo', 'tools__sleep', 'tools__cancelled', 'tools__crash', 'listing__read']);
    expect(textOf(await client.callTool({ name: 'tools__echo', arguments: { message: 'hi' } }))).toBe('hi');
    expect(textOf(await client.callTool({ name: 'listing__read' }))).toContain('"read"');
    expect((await client.getPrompt({ name: 'listing__greet' })).description).toContain('"greet"');
    expect((await client.readResource({ uri: 'file:///a' })).contents).toHaveLength(1);
    await expect(client.callTool({ name: 'nobody__x' })).rejects.toMatchObject({ code: -32602 });
  });

  it.each(['legacy', 'modern'] as const)('ask it what it can be asked, %s ones', async (serverEra) => {
    const url = await served({ a: await asking(serverEra), b: await asking(serverEra) });
    const client = await connected(url, mode);
    const ask = (name: string, text: string) => client.callTool({ name, arguments: { asks: ['sampling'], text } });
    const answers = await Promise.all([ask('a__ask', 'one'), ask('b__ask', 'two')]);
    expect(answers.map(textOf)).toEqual([expect.stringContaining('one'), expect.stringContaining('two')]);
  });

  it('have connections of their own for clients that can be asked less', async () => {
    const url = await served({ everything: { transport: stdio(everything), maxSize: 2 } });
    const able = await connected(url, mode, { sampling: {} });
    const unable = await connected(url, mode, {});
    // The reference server offers this tool to those only that can be asked.
    const hasTool = async (client: Client): Promise<boolean> =>
      (await client.listTools()).tools.some(({ name }) => name === 'trigger-sampling-request');
    expect([await hasTool(able), await hasTool(unable)]).toEqual([true, false]);
  });

  it('tell it when a list changes', async () => {
    const growing = await growingServer();
    const other = await listingServer({ tools: ['x'] });
    const url = await served({ a: reaching(growing), b: reaching(other) });
    const client = new Client(
      { name: 'spec', version: '1.0.0' },
      {
        versionNegotiation: { mode },
        listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => told++ } },
      },
    );
    let told = 0;
    await client.connect(new StreamableHTTPClientTransport(url));
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools).toHaveLength(2);
    await client.callTool({ name: 'a__first' });
    await until(() => told > 0);
    expect((await client.listTools()).tools).toHaveLength(3);
  });

  it('that fail take no other along', async () => {
    const tools = await startTcpServer();
    onTestFinished(() => tools.stop());
    const url = await served({ gone: { transport: stdio({ command: 'no-such-program' }) }, tools: reaching(tools) });
    const client = await connected(url, mode);
    expect((await client.listTools()).tools).toHaveLength(4);
    expect(textOf(await client.callTool({ name: 'tools__echo', arguments: { message: 'hi' } }))).toBe('hi');
    await expect(client.callTool({ name: 'gone__x' })).rejects.toThrow(/no-such-program/);
  });

  it('tell it of a resource', async () => {
    const changing = await serveTcp(changingServer());
    onTestFinished(() => changing.close());
    const url = await served({ a: { transport: tcp({ port: changing.port }), maxSize: 1 } });
    const client = await connected(url, mode);
    const told: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      told.push(params.uri);
    });
    const uri = 'file:///a';
    if (mode === 'legacy') await client.subscribeResource({ uri });
    else await client.listen({ resourceSubscriptions: [uri] });
    await until(async () => {
      await client.callTool({ name: 'change', arguments: { uri } });
      return told.length > 0;
    });
    expect(new Set(told)).toEqual(new Set([uri]));
  });
});

it('serves twenty sessions of the first version of the SDK over two processes', async () => {
  const url = await served({ everything: { transport: stdio(everything), maxSize: 2 } });
  const clients = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = new FirstClient({ name: 'spec', version: '1.0.0' });
      await client.connect(new FirstTransport(url));
      onTestFinished(() => client.close());
      return client;
    }),
  );
  const answers = await Promise.all(
    clients.map((client, n) => client.callTool({ name: 'echo', arguments: { message: `hi ${n}` } })),
  );
  expect(answers.map((answer) => JSON.stringify(answer.content))).toEqual(
    clients.map((_, n) => expect.stringContaining(`hi ${n}"`) as unknown),
  );
});
