import { afterEach, describe, expect, it } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { HttpAsking, McpHttpClient } from '../../support/mcp-http-client.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
let client: McpHttpClient;
afterEach(() => server.stop());

async function open(options: Parameters<typeof FrontedGateway.open>[1] = {}): Promise<void> {
  server = await FrontedGateway.open('legacy', options);
  ({ client } = server);
}

const call = { name: 'x' };

describe('a session over HTTP', () => {
  it('has an id, by which it is known in later requests', async () => {
    await open();
    server.answers({ content: [] });
    const { status, headers, messages } = await client.introduce();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['mcp-session-id']).toMatch(/^[\x21-\x7e]+$/);
    expect(messages).toMatchObject([{ result: { protocolVersion: '2025-06-18', serverInfo: { name: 'scripted' } } }]);
    expect(await client.ask('tools/call', call)).toMatchObject({ result: { content: [] } });
  });

  it('is not there without an id, and cannot begin twice', async () => {
    await open();
    expect(await client.post(client.request('tools/list'))).toMatchObject({ status: 400 });
    await client.introduce();
    expect(await client.post(client.request('initialize', {}))).toMatchObject({ status: 400 });
  });

  it('that nobody knows is answered with 404, by whichever method it is asked for', async () => {
    await open();
    client.session = { 'mcp-session-id': 'unknown' };
    for (const method of ['POST', 'GET', 'DELETE'] as const) {
      const message = method === 'POST' ? client.request('tools/list') : undefined;
      const { status, messages } = await client.post(message, { method });
      expect([method, status, messages]).toMatchObject([method, 404, [{ error: { code: -32_001 } }]]);
    }
  });

  it('is ended by DELETE, with what is open in it', async () => {
    await open();
    server.leavesOpen();
    await client.introduce();
    const call = client.ask('tools/call', { name: 'x' });
    await until(() => server.calls.length === 1);
    expect(await client.post(undefined, { method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(await call).toMatchObject({ error: { code: -32_000, message: 'the session has ended' } });
    await until(() => server.sent('notifications/cancelled').length === 1);
    expect(await client.post(client.request('ping'))).toMatchObject({ status: 404 });
  });

  it('does not begin when the server cannot be reached', async () => {
    await open({ pool: { checkoutTimeoutMs: 10 } });
    server.handles('initialize', () => undefined);
    const { status, headers, messages } = await client.introduce();
    expect([status, headers['mcp-session-id']]).toEqual([200, undefined]);
    expect(messages).toMatchObject([{ error: { code: -32_000, data: { code: 'POOL_CHECKOUT_TIMEOUT' } } }]);
  });

  it('refuses the version of another era in its header', async () => {
    await open();
    await client.introduce();
    const headers = { 'mcp-protocol-version': '1999-01-01' };
    expect(await client.post(client.request('ping'), { headers })).toMatchObject({ status: 400 });
  });

  it('takes notifications and answers without a word', async () => {
    await open();
    await client.introduce();
    for (const message of [{ method: 'notifications/roots/list_changed' }, { id: 1, result: {} }]) {
      const { status, text } = await client.post({ jsonrpc: '2.0', ...message });
      expect([status, text()]).toEqual([202, '']);
    }
  });

  it('refuses an id that is in use', async () => {
    await open();
    server.leavesOpen();
    await client.introduce();
    const message = client.request('tools/call', call);
    const first = client.post(message);
    await until(() => server.calls.length === 1);
    const { status, messages } = await client.post(message);
    expect([status, messages]).toMatchObject([400, [{ id: message.id, error: { code: -32_600 } }]]);
    await client.post(undefined, { method: 'DELETE' });
    await first;
  });
});

describe('a batch', () => {
  it('is served in the version that has them, and answered with a batch', async () => {
    await open();
    await client.introduce({}, '2025-03-26');
    const [ping, list] = [client.request('ping'), client.request('tools/list')];
    const { status, messages } = await client.post([ping, { jsonrpc: '2.0', method: 'notifications/x' }, list]);
    expect(status).toBe(200);
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set([ping.id, list.id]));
    expect(await client.post([{ jsonrpc: '2.0', method: 'notifications/x' }])).toMatchObject({ status: 202 });
  });

  it('is told what comes before the answers as an event stream, with all answers in it', async () => {
    await open();
    server.handles('tools/call', ({ id }, say) => {
      say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
      say({ id, result: { content: [] } });
    });
    await client.introduce({}, '2025-03-26');
    const [ping, tool] = [client.request('ping'), client.request('tools/call', call)];
    const { messages } = await client.post([ping, tool]);
    expect(messages.map(({ id, method }) => id ?? method)).toEqual([ping.id, 'notifications/message', tool.id]);
  });

  it('is refused in versions that have none, and with an id twice', async () => {
    await open();
    await client.introduce({}, '2025-06-18');
    expect(await client.post([client.request('ping')])).toMatchObject({ status: 400 });
    const older = server.anotherClient();
    await older.introduce({}, '2025-03-26');
    const ping = older.request('ping');
    expect(await older.post([ping, ping])).toMatchObject({ status: 400 });
    expect(await older.post([])).toMatchObject({ status: 400 });
  });
});

describe('what is not as it has to be', () => {
  type Odd = readonly [number, HttpAsking & { readonly path?: string }, Record<string, string | undefined>];
  const odd: readonly Odd[] = [
    [404, { path: '/' }, {}],
    [404, { path: '/mcp/more' }, {}],
    [405, { method: 'PUT' as const }, {}],
    [406, {}, { accept: 'application/json' }],
    [406, {}, { accept: 'text/html' }],
    [415, {}, { 'content-type': 'text/plain' }],
    [415, {}, { 'content-type': undefined }],
    [400, { text: '{' }, {}],
    [400, { text: '' }, {}],
    [400, { text: '{"jsonrpc":"2.0","id":{},"method":"ping"}' }, {}],
    [400, { text: '{"jsonrpc":"1.0","id":1,"method":"ping"}' }, {}],
    [400, { text: `{"jsonrpc":"2.0","id":1,"method":"x","params":${'[{"a":'.repeat(60)}1${'}]'.repeat(60)}}` }, {}],
  ];

  it.each(odd)('is refused with %i: %o %o', async (expected, { path = '/mcp', ...asking }, headers) => {
    await open();
    const there = Object.assign(server.anotherClient(), { url: server.gateway.url.replace('/mcp', path) });
    const { status, messages } = await there.post(there.request('ping'), { ...asking, headers });
    expect([status, messages]).toMatchObject([expected, [{ jsonrpc: '2.0', error: {} }]]);
    expect(server.received).toEqual([]);
  });

  it('names the methods that are allowed', async () => {
    await open();
    expect((await client.post(undefined, { method: 'PUT' })).headers['allow']).toBe('GET, POST, DELETE');
    const headers = { 'mcp-protocol-version': '2026-07-28' };
    const { status, headers: told } = await client.post(undefined, { method: 'GET', headers });
    expect([status, told['allow']]).toEqual([405, 'POST']);
  });

  it('does not include parameters of a media type, nor wildcards', async () => {
    await open();
    const headers = { 'content-type': 'application/json; charset=utf-8', accept: '*/*' };
    expect(await client.post(client.request('initialize', {}), { headers })).toMatchObject({ status: 200 });
  });

  it('is never passed on: what stands twice in a body is sent once', async () => {
    await open();
    server.answers({ content: [] });
    await client.introduce();
    const text = '{"jsonrpc":"2.0","id":77,\n "method":"tools/call", "params":{"name":"safe","name":"x"}}';
    expect((await client.post(undefined, { text })).messages).toMatchObject([{ id: 77, result: {} }]);
    expect(server.calls.map(({ params }) => params)).toEqual([{ name: 'x' }]);
  });
});
