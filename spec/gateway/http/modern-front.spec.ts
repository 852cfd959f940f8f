import { afterEach, describe, expect, it } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { McpHttpClient } from '../../support/mcp-http-client.ts';
import { called, enveloped, modernHeaders } from '../../support/modern-request.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
let client: McpHttpClient;
afterEach(() => server.stop());

async function open(options: Parameters<typeof FrontedGateway.open>[1] = {}): Promise<void> {
  server = await FrontedGateway.open('modern', options);
  ({ client } = server);
}

const done = { resultType: 'complete', content: [], odd: { deep: null } };

describe('a request of the modern era', () => {
  it('goes to the server with its envelope, and its result comes back as it was', async () => {
    await open();
    server.answers(done);
    const { status, headers, messages } = await called(client, { arguments: { a: 1 } });
    expect([status, headers['content-type'], headers['mcp-session-id']]).toEqual([200, 'application/json', undefined]);
    expect(messages).toEqual([{ jsonrpc: '2.0', id: 1, result: done }]);
    expect(server.calls[0]?.params).toEqual(enveloped({ name: 'x', arguments: { a: 1 } }));
  });

  it('is told progress and the log that it asks for, before the result', async () => {
    await open();
    server.handles('tools/call', ({ id, params }, say) => {
      const { progressToken } = params?.['_meta'] as { progressToken: unknown };
      say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
      say({ id, result: done });
    });
    const meta = { progressToken: 'mine', 'io.modelcontextprotocol/logLevel': 'info' };
    const params = enveloped({ name: 'x' }, {}, meta);
    const headers = modernHeaders('tools/call', 'x');
    const exchange = await client.post(client.request('tools/call', params), { headers });
    expect(exchange.messages).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'mine' } },
      { method: 'notifications/message' },
      { result: done },
    ]);
    const silent = enveloped({ name: 'x' }, {}, { progressToken: 'mine' });
    const { messages } = await client.post(client.request('tools/call', silent), { headers });
    expect(messages.map(({ method }) => method)).toEqual(['notifications/progress', undefined]);
  });

  it('hears nothing of what others have subscribed to', async () => {
    await open();
    const listening: unknown[] = [];
    server.handles('subscriptions/listen', ({ id }) => listening.push(id));
    server.handles('tools/call', ({ id }, say) => {
      const _meta = { 'io.modelcontextprotocol/subscriptionId': listening[0] };
      const params = { notifications: { toolsListChanged: true }, _meta };
      say({ method: 'notifications/subscriptions/acknowledged', params });
      say({ id, result: done });
    });
    // The gateway itself wants to know when the tools change.
    expect((await called(client)).messages).toEqual([{ jsonrpc: '2.0', id: 1, result: done }]);
    expect(listening.length).toBe(1);
  });

  it('is cancelled at the server when the client closes the response', async () => {
    await open();
    server.handles('tools/call', (_, say) => {
      say({ method: 'notifications/progress', params: { progressToken: server.calls[0]?.id, progress: 1 } });
    });
    const params = enveloped({ name: 'x' }, {}, { progressToken: 'mine' });
    const exchange = await client.begin('tools/call', params, { headers: modernHeaders('tools/call', 'x') });
    exchange.close();
    await until(() => server.sent('notifications/cancelled').length === 1);
    expect(server.sent('notifications/cancelled')[0]?.params).toMatchObject({ requestId: server.calls[0]?.id });
  });

  it.each([
    [404, -32_601],
    [400, -32_020],
    [400, -32_021],
    [400, -32_022],
    [200, -32_602],
    [200, -32_000],
  ])('has the status %i for an error of code %i', async (status, code) => {
    await open();
    const error = { code, message: 'no', data: { odd: 1 } };
    server.handles('tools/call', ({ id }, say) => say({ id, error }));
    expect(await called(client)).toMatchObject({ status, messages: [{ id: 1, error }] });
  });

  it.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])(
    'is not found where only the legacy era has it: %s',
    async (method) => {
      await open();
      const exchange = await client.post(client.request(method, enveloped()), { headers: modernHeaders(method) });
      expect(exchange).toMatchObject({ status: 404, messages: [{ error: { code: -32_601 } }] });
      expect(server.received).toEqual([]);
    },
  );

  it('finds out that all versions are spoken here', async () => {
    await open();
    const headers = modernHeaders('server/discover');
    const { messages } = await client.post(client.request('server/discover', enveloped()), { headers });
    expect(messages).toMatchObject([{ result: { resultType: 'complete', capabilities: { logging: {} } } }]);
    const { supportedVersions } = messages[0]?.['result'] as { supportedVersions: string[] };
    expect(supportedVersions.slice(0, 2)).toEqual(['2026-07-28', '2025-11-25']);
  });

  it('needs no answer where it is a notification', async () => {
    await open();
    const message = { jsonrpc: '2.0', method: 'notifications/x', params: enveloped() };
    expect(await client.post(message, { headers: modernHeaders('notifications/x') })).toMatchObject({ status: 202 });
  });

  it('hears that the gateway is closing', async () => {
    await open({ gateway: { drainMs: 100 } });
    server.leavesOpen();
    const sent = called(client);
    await until(() => server.calls.length === 1);
    const closing = server.gateway.close();
    expect(await called(client)).toMatchObject({ status: 503 });
    expect((await sent).messages).toMatchObject([{ error: { code: -32_000 } }]);
    await closing;
  });
});

describe('a request that is answered with questions', () => {
  const asked = { resultType: 'input_required', inputRequests: { q: { method: 'roots/list', params: {} } } };

  it('goes on at the connection that has asked, with the state as that gave it', async () => {
    await open({ pool: { minSize: 4, maxSize: 4 } });
    await server.pool.ready();
    server.handles('tools/call', ({ id, params, connection }, say) => {
      const { requestState } = params as { requestState?: string };
      if (requestState === undefined) say({ id, result: { ...asked, requestState: `of ${connection}` } });
      else say({ id, result: { ...done, content: [requestState, `on ${connection}`] } });
    });
    for (let i = 0; i < 8; i++) {
      const [first] = (await called(client)).messages;
      const { requestState } = first?.['result'] as { requestState: string };
      const { messages } = await called(client, { requestState, inputResponses: { q: { roots: [] } } });
      const { content } = messages[0]?.['result'] as { content: string[] };
      expect(content[1]).toBe(content[0]?.replace('of', 'on'));
    }
    expect(new Set(server.calls.map(({ connection }) => connection)).size).toBeGreaterThan(1);
    expect(server.calls.at(-1)?.params).toMatchObject({ inputResponses: { q: { roots: [] } } });
  });

  it("begins again where that connection is gone, and where the state is nobody's", async () => {
    await open();
    server.answers({ ...asked, requestState: 's' });
    const [first] = (await called(client)).messages;
    const { requestState } = first?.['result'] as { requestState: string };
    server.breaks();
    await until(() => server.pool.state.size === 0);
    for (const state of [requestState, 'made up', 7]) {
      const { status, messages } = await called(client, { requestState: state });
      expect([status, messages]).toMatchObject([200, [{ error: { code: -32_602 } }]]);
    }
    expect(server.calls.length).toBe(1);
  });
});
