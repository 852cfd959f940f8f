import { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, serveGateway } from '../../lib/gateway/index.ts';
import { type McpPoolOptions, serveTcp, tcp } from '../../lib/mcp/index.ts';
import { type HttpExchange, McpHttpClient } from '../support/mcp-http-client.ts';
import { called, enveloped, modernHeaders } from '../support/modern-request.ts';
import { until } from '../support/until.ts';

/** A server whose tool `x` logs its argument and waits, and the calls that wait: each with the connection that it came on. */
class WaitingServer {
  readonly waiting: { readonly connection: number; readonly text: string; readonly answer: () => void }[] = [];
  readonly followed: number[] = [];
  gateway!: Gateway;
  #connections = 0;

  static async open(options: Partial<McpPoolOptions> = {}): Promise<WaitingServer> {
    const opened = new WaitingServer();
    const server = await serveTcp(() => opened.#connected());
    onTestFinished(() => server.close());
    const entry = { transport: tcp({ port: server.port }), era: 'legacy', minSize: 0, maxSize: 4 } as const;
    opened.gateway = await serveGateway({
      servers: { a: { ...entry, ...options, sharing: 'auto' } },
      port: 0,
      drainMs: 200,
    });
    onTestFinished(() => opened.gateway.close());
    return opened;
  }

  client(): McpHttpClient {
    const client = new McpHttpClient(this.gateway.url);
    onTestFinished(() => client.close());
    return client;
  }

  /** Calls the tool; resolves when the call waits, with what comes of it. */
  async call(client: McpHttpClient, text = ''): Promise<{ readonly over: Promise<HttpExchange> }> {
    const before = this.waiting.length;
    const over = client.post(client.request('tools/call', { name: 'x', arguments: { text } }));
    await until(() => this.waiting.length > before);
    return { over };
  }

  /** On how many connections calls wait. */
  get used(): number {
    return new Set(this.waiting.map(({ connection }) => connection)).size;
  }

  answerAll(): void {
    for (const { answer } of this.waiting.splice(0)) answer();
  }

  #connected(): McpServer {
    const connection = ++this.#connections;
    const capabilities = { tools: {}, logging: {}, resources: { subscribe: true } };
    const product = new McpServer({ name: 'waiting', version: '1.0.0' }, { capabilities });
    const { server } = product;
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'x', inputSchema: { type: 'object' } }] }));
    server.setRequestHandler('resources/list', () => ({ resources: [{ name: 'a', uri: 'file:///a' }] }));
    server.setRequestHandler('resources/subscribe', () => {
      this.followed.push(connection);
      return {};
    });
    server.setRequestHandler('tools/call', async ({ params }) => {
      const text = String(params.arguments?.['text']);
      await server.notification({ method: 'notifications/message', params: { level: 'info', data: text } });
      if (text === 'update') await server.sendResourceUpdated({ uri: 'file:///a' });
      await new Promise<void>((resolve) => this.waiting.push({ connection, text, answer: resolve }));
      return { content: [] };
    });
    return product;
  }
}

async function introduced(server: WaitingServer, capabilities = {}): Promise<McpHttpClient> {
  const client = server.client();
  await client.introduce(capabilities);
  return client;
}

describe("with sharing: 'auto'", () => {
  it('clients that cannot be asked anything share a connection, and those that can have one each', async () => {
    const server = await WaitingServer.open();
    const plain = [await introduced(server), await introduced(server), await introduced(server)];
    const answers = [];
    for (const client of plain) answers.push(await server.call(client));
    expect(server.used).toBe(1);
    const able = [await introduced(server, { sampling: {} }), await introduced(server, { sampling: {} })];
    for (const client of able) answers.push(await server.call(client));
    expect(server.used).toBe(3);
    server.answerAll();
    for (const { over } of answers) expect((await over).status).toBe(200);
  });

  it('as many share one as maxLeasesPerConnection says', async () => {
    const server = await WaitingServer.open({ maxLeasesPerConnection: 2 });
    const client = await introduced(server);
    const calls = [await server.call(client), await server.call(client), await server.call(client)];
    expect(server.used).toBe(2);
    server.answerAll();
    for (const { over } of calls) expect((await over).status).toBe(200);
  });

  it('a client that sets a level has connections of its own from then on, and its own log', async () => {
    const server = await WaitingServer.open();
    const [quiet, curious] = [await introduced(server), await introduced(server)];
    const before = await server.call(curious, 'shared');
    const others = [await server.call(quiet, 'of the other')];
    expect(server.used).toBe(1);
    expect(await curious.ask('logging/setLevel', { level: 'info' })).toMatchObject({ result: {} });
    const own = await server.call(curious, 'own');
    others.push(await server.call(quiet, 'of the other, later'));
    expect(server.used).toBe(2);
    expect(server.waiting.filter(({ text }) => text !== 'own').map(({ connection }) => connection)).toEqual([1, 1, 1]);
    server.answerAll();
    for (const { over } of [before, ...others]) {
      expect((await over).messages).toMatchObject([{ result: { content: [] } }]);
    }
    const log = { params: { level: 'info', data: 'own' } };
    expect((await own.over).messages).toMatchObject([log, { result: { content: [] } }]);
  });

  it('what is open when a level is set can still be cancelled, and what is followed is followed on', async () => {
    const server = await WaitingServer.open();
    const client = await introduced(server);
    await client.ask('resources/subscribe', { uri: 'file:///a' });
    const stream = await client.send(undefined, { method: 'GET' });
    const open = client.request('tools/call', { name: 'x', arguments: { text: 'cancelled' } });
    const cancelled = client.send(open);
    await until(() => server.waiting.length === 1);
    await client.ask('logging/setLevel', { level: 'error' });
    await until(() => server.followed.length === 2);
    await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: open.id } });
    await (
      await cancelled
    ).over;
    const last = await server.call(client, 'update');
    await until(() => stream.messages.length > 0);
    server.answerAll();
    expect((await last.over).messages.at(-1)).toMatchObject({ result: { content: [] } });
    expect(stream.messages).toEqual([
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'file:///a' } },
    ]);
  });

  it('a client of the modern era has a connection of its own for a request that wants the log', async () => {
    const server = await WaitingServer.open();
    const client = server.client();
    const calls = [called(client, { arguments: { text: 'a' } })];
    await until(() => server.waiting.length === 1);
    calls.push(called(server.client(), { arguments: { text: 'b' } }));
    await until(() => server.waiting.length === 2);
    expect(server.used).toBe(1);
    const meta = { 'io.modelcontextprotocol/logLevel': 'info' };
    const hearing = server.client();
    const asked = hearing.request('tools/call', enveloped({ name: 'x', arguments: { text: 'heard' } }, {}, meta));
    calls.push(hearing.post(asked, { headers: modernHeaders('tools/call', 'x') }));
    await until(() => server.waiting.length === 3);
    expect(server.used).toBe(2);
    server.answerAll();
    const [one, two, three] = await Promise.all(calls);
    expect([one?.messages.length, two?.messages.length]).toEqual([1, 1]);
    expect(three?.messages).toMatchObject([{ params: { data: 'heard' } }, { result: {} }]);
  });
});

it.each([
  [{ sharing: 'auto', handlers: { sampling: () => ({}) } }, /shared connection cannot answer/],
  [{ sharing: 'auto', maxLeasesPerConnection: 0 }, /maxLeasesPerConnection/],
])('refuses what does not go with it: %j', async (options, message) => {
  const servers = { a: { transport: tcp({ port: 1 }), ...options } as never };
  await expect(serveGateway({ servers, port: 0 })).rejects.toThrow(message);
});
