import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GatewayOptions, serveGateway } from '../../../lib/gateway/index.ts';
import { tcp } from '../../../lib/mcp/index.ts';
import { askingTools } from '../../support/asking-tools.ts';
import { counterServer } from '../../support/counter-server.ts';
import { type HttpExchange, McpHttpClient } from '../../support/mcp-http-client.ts';
import { enveloped, modernHeaders } from '../../support/modern-request.ts';
import { call, clientsOf, introduced, nodesOf, reached, two } from '../../support/replicas-of-gateway.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';

describe('a session of the legacy era', () => {
  it('goes on at another node, without being introduced again', async () => {
    const tools = await startTcpServer();
    onTestFinished(() => tools.stop());
    const nodes = await two({ servers: { a: { transport: tcp({ port: tools.port }), maxSize: 1 } } });
    const [, other] = await introduced(nodes);
    expect(await other.ask('tools/call', call('echo', { message: 'hi' }))).toMatchObject({
      result: { content: [{ text: 'hi' }] },
    });
    expect(nodes.map(({ counts }) => counts.sessions)).toEqual([1, 1]);
  });

  it('goes on when its node is gone', async () => {
    const tools = await startTcpServer();
    onTestFinished(() => tools.stop());
    const nodes = await two({ servers: { a: { transport: tcp({ port: tools.port }), maxSize: 1 } } });
    const [, other] = await introduced(nodes);
    await nodes[0].close();
    expect(await other.ask('tools/call', call('echo', { message: 'hi' }))).toHaveProperty('result');
  });

  it('is asked by the one node, and answers by the other', async () => {
    const nodes = await two({ servers: { a: await reached(askingTools().create) } });
    const [one, other] = await introduced(nodes, { roots: {} });
    const exchange = await one.begin('tools/call', call('ask', { asks: ['roots'], text: 'x' }));
    await until(() => exchange.messages.length > 0);
    const [question] = exchange.messages;
    expect(question).toMatchObject({ method: 'roots/list' });
    await other.post({ jsonrpc: '2.0', id: question?.['id'], result: { roots: [{ uri: 'file:///r' }] } });
    await exchange.over;
    expect(exchange.text()).toContain('file:///r');
  });

  it('is cancelled by the one node where the other serves it', async () => {
    const tools = await startTcpServer();
    onTestFinished(() => tools.stop());
    const nodes = await two({ servers: { a: { transport: tcp({ port: tools.port }), maxSize: 1 } } });
    const [one, other] = await introduced(nodes);
    const request = one.request('tools/call', call('sleep', { ms: 20_000 }));
    const exchange = one.post(request);
    await until(() => nodes[0].counts.open === 1);
    await other.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: request.id } });
    await exchange;
    expect(nodes[0].counts.open).toBe(0);
  });

  it('has ended for all nodes when its client has ended it', async () => {
    const nodes = await two({ servers: { a: await reached(counterServer()) } });
    const [one, other] = await introduced(nodes);
    await other.ask('tools/call', call('add', { by: 1 }));
    expect((await one.send(undefined, { method: 'DELETE' })).status).toBe(200);
    await until(() => nodes[1].counts.sessions === 0);
    for (const client of [one, other]) expect((await client.post(client.request('tools/list'))).status).toBe(404);
  });

  it.each([
    ['a principal who is another one', (client: McpHttpClient) => (client.token = 'bob')],
    [
      'an id that was changed',
      (client: McpHttpClient) => {
        const id = String(client.session['mcp-session-id']);
        client.session = { ...client.session, 'mcp-session-id': `${id.slice(0, -3)}AAA` };
      },
    ],
  ])('is not there for %s', async (_, change) => {
    const nodes = await two({ servers: { a: await reached(counterServer()) }, principal: byToken });
    const [one, other] = clientsOf(...nodes) as [McpHttpClient, McpHttpClient];
    [one.token, other.token] = ['ann', 'ann'];
    await one.introduce();
    other.session = one.session;
    change(other);
    expect((await other.post(other.request('tools/list'))).status).toBe(404);
  });

  it('is not there where the key is another one', async () => {
    const a = await reached(counterServer());
    const nodes = await nodesOf(1, () => ({ servers: { a } }));
    const stranger = await serveGateway({
      servers: { a },
      port: 0,
      replicas: { keys: ['a key that others do not have'] },
    });
    onTestFinished(() => stranger.close());
    const [, other] = await introduced([...nodes, stranger]);
    expect((await other.post(other.request('tools/list'))).status).toBe(404);
  });
});

const byToken: NonNullable<GatewayOptions['principal']> = ({ headers }) => headers.authorization;

describe('a session with a connection of its own', () => {
  const pinned = { sharing: 'pinned', affinity: (): string => '' } as const;

  it('stays with its node, whichever is asked', async () => {
    const nodes = await two({ servers: { a: await reached(counterServer(), pinned) } });
    const [one, other] = await introduced(nodes);
    const add = async (client: McpHttpClient): Promise<unknown> => client.ask('tools/call', call('add', { by: 1 }));
    expect(await add(one)).toMatchObject({ result: { content: [{ text: '1' }] } });
    expect(await add(other)).toMatchObject({ result: { content: [{ text: '2' }] } });
    expect(await add(one)).toMatchObject({ result: { content: [{ text: '3' }] } });
    expect(nodes.map(({ counts }) => counts.sessions)).toEqual([1, 0]);
    expect((await other.send(undefined, { method: 'DELETE' })).status).toBe(200);
    expect(nodes[0].counts.sessions).toBe(0);
  });

  it('has to begin anew when its node is gone', async () => {
    const nodes = await two({ servers: { a: await reached(counterServer(), pinned) } });
    const [, other] = await introduced(nodes);
    await nodes[0].close();
    expect((await other.post(other.request('tools/list'))).status).toBe(404);
    await other.introduce();
  });
});

describe('a request of the modern era', () => {
  const headers = modernHeaders('tools/call', 'ask');
  const params = (more: object = {}): Readonly<Record<string, unknown>> =>
    enveloped({ ...call('ask', { asks: ['roots'], text: 'x' }), ...more }, { roots: {} });
  const resultOf = ({ messages }: HttpExchange): Readonly<Record<string, unknown>> =>
    Object(messages.at(-1)?.['result']) as Readonly<Record<string, unknown>>;

  it.each(['legacy', 'modern'] as const)('finds its way back to the node that has asked, %s servers', async (era) => {
    const nodes = await two({ servers: { a: await reached(askingTools().create, { era }) } });
    const [one, other] = clientsOf(...nodes) as [McpHttpClient, McpHttpClient];
    const asked = resultOf(await one.post(one.request('tools/call', params()), { headers }));
    expect(asked['resultType']).toBe('input_required');
    const [name = ''] = Object.keys(asked['inputRequests'] as object);
    const inputResponses = { [name]: { roots: [{ uri: 'file:///r' }] } };
    const next = params({ requestState: asked['requestState'], inputResponses });
    const answered = await other.post(other.request('tools/call', next), { headers });
    expect(answered.text()).toContain('file:///r');
  });

  it('has to begin again where that node is gone', async () => {
    const nodes = await two({ servers: { a: await reached(askingTools().create) } });
    const [one, other] = clientsOf(...nodes) as [McpHttpClient, McpHttpClient];
    const { requestState } = resultOf(await one.post(one.request('tools/call', params()), { headers }));
    await nodes[0].close();
    const next = await other.post(other.request('tools/call', params({ requestState, inputResponses: {} })), {
      headers,
    });
    expect(next.messages.at(-1)).toMatchObject({ error: { code: -32602 } });
  });

  it('is served by any node where there is nothing to find', async () => {
    const nodes = await two({ servers: { a: await reached(counterServer()) } });
    const client = new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(new URL(nodes[1].url)));
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools).toHaveLength(1);
  });
});
