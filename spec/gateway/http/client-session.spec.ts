import { afterEach, describe, expect, it } from 'vitest';
import { FrontedGateway, type Got } from '../../support/fronted-gateway.ts';
import type { Say } from '../../support/line-server.ts';
import type { McpHttpClient } from '../../support/mcp-http-client.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
let client: McpHttpClient;
afterEach(() => server.stop());

async function open(...options: Parameters<typeof FrontedGateway.open>): Promise<void> {
  server = await FrontedGateway.open(...options);
  ({ client } = server);
}

const call = { name: 'x' };

/** Has the server ask in the middle of each call; the result is what was answered. */
function asking(method = 'sampling/createMessage'): void {
  const open: { id: Got['id']; say: Say }[] = [];
  server.handles('tools/call', ({ id }, say) => {
    open.push({ id, say });
    say({ id: 'q', method, params: { of: 'me' } });
  });
  server.handles('answer', ({ result, error }) => {
    const asked = open.shift();
    asked?.say({ id: asked.id, result: { said: result ?? error } });
  });
}

it('is told progress and log before the result, on the response to its request, and the result alone as JSON', async () => {
  await open();
  server.handles('tools/call', ({ id, params }, say) => {
    const { progressToken } = Object(params?.['_meta']) as { progressToken?: unknown };
    if (progressToken !== undefined) say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    if (progressToken !== undefined) say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
    say({ id, result: { content: [] } });
  });
  await client.introduce();
  const told = await client.post(client.request('tools/call', { ...call, _meta: { progressToken: 'mine' } }));
  expect(told.headers['content-type']).toBe('text/event-stream');
  expect(told.messages).toMatchObject([
    { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
    { method: 'notifications/message', params: { data: 'd' } },
    { result: { content: [] } },
  ]);
  const plain = await client.post(client.request('tools/call', call));
  expect([plain.headers['content-type'], plain.messages.length]).toEqual(['application/json', 1]);
});

it('is asked on the response to its request, and its answer goes to the server', async () => {
  await open();
  asking();
  await client.introduce({ sampling: {} });
  const exchange = await client.begin('tools/call', call);
  await until(() => exchange.messages.length === 1);
  const [question] = exchange.messages;
  expect(question).toMatchObject({ method: 'sampling/createMessage', params: { of: 'me' } });
  await client.post({ jsonrpc: '2.0', id: question?.['id'], result: { model: 'm' } });
  await exchange.over;
  expect(exchange.messages[1]).toMatchObject({ result: { said: { model: 'm' } } });
});

it('cannot answer the question of another session', async () => {
  await open();
  asking();
  await client.introduce({ sampling: {} });
  const other = server.anotherClient();
  await other.introduce({ sampling: {} });
  const exchange = await client.begin('tools/call', call);
  await until(() => exchange.messages.length === 1);
  const id = exchange.messages[0]?.['id'];
  await other.post({ jsonrpc: '2.0', id, result: { model: 'other' } });
  await client.post({ jsonrpc: '2.0', id, result: { model: 'mine' } });
  await exchange.over;
  expect(exchange.messages[1]).toMatchObject({ result: { said: { model: 'mine' } } });
});

it('hears no answer to a request that it cancels, whose response ends', async () => {
  await open();
  server.leavesOpen();
  await client.introduce();
  const message = client.request('tools/call', call);
  const sent = client.post(message);
  await until(() => server.calls.length === 1);
  const params = { requestId: message.id };
  await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
  expect((await sent).messages).toEqual([]);
  await until(() => server.sent('notifications/cancelled').length === 1);
});

it('goes on at the server when the client closes the response', async () => {
  await open();
  let answer = (): void => undefined;
  server.handles('tools/call', ({ id }, say) => {
    say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
    answer = () => say({ id, result: { content: [] } });
  });
  await client.introduce();
  const exchange = await client.begin('tools/call', call);
  await until(() => exchange.messages.length === 1);
  exchange.close();
  expect(await client.ask('ping')).toMatchObject({ result: {} });
  expect(server.sent('notifications/cancelled')).toEqual([]);
  expect(server.pool.state.active).toBe(1);
  answer();
  await until(() => server.pool.state.active === 0);
  expect(server.sent('notifications/cancelled')).toEqual([]);
});

describe('a client that has closed the response', () => {
  const answers: Got[] = [];
  let ask = (): void => undefined;

  /** Calls, closes the response, and can be asked then. */
  async function closed(): Promise<void> {
    answers.length = 0;
    server.handles('answer', (answer) => answers.push(answer));
    server.handles('tools/call', (_, say) => {
      let asked = 0;
      ask = () => say({ id: `q${++asked}`, method: 'sampling/createMessage', params: {} });
      say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
    });
    const exchange = await client.begin('tools/call', call);
    await until(() => exchange.messages.length === 1);
    exchange.close();
  }

  it('is asked on its own stream', async () => {
    await open();
    await client.introduce({ sampling: {} });
    const stream = await client.send(undefined, { method: 'GET' });
    await closed();
    // It takes a moment until it is known that nobody reads the response.
    await until(() => {
      ask();
      return stream.messages.length > 0;
    });
    await client.post({ jsonrpc: '2.0', id: stream.messages[0]?.['id'], result: { here: true } });
    await until(() => answers.some(({ result }) => (result as { here?: boolean } | undefined)?.here === true));
  });

  it('cannot be asked where it has none, which the server is told', async () => {
    await open();
    await client.introduce({ sampling: {} });
    await closed();
    await until(() => {
      ask();
      return answers.length > 0;
    });
    expect(answers[0]).toMatchObject({ error: { code: -32_000, message: 'the client is not there to be asked' } });
  });
});

it('hears what belongs to no request on its own stream, the newest of them', async () => {
  await open();
  await client.introduce();
  const first = await client.send(undefined, { method: 'GET' });
  const second = await client.send(undefined, { method: 'GET' });
  await first.over;
  await client.ask('resources/subscribe', { uri: 'file:///a' });
  server.tells('notifications/resources/updated', { uri: 'file:///a' });
  server.tells('notifications/resources/updated', { uri: 'file:///b' });
  server.tells('notifications/tools/list_changed');
  await until(() => second.messages.length === 2);
  expect(second.messages.map(({ method }) => method).toSorted()).toEqual([
    'notifications/resources/updated',
    'notifications/tools/list_changed',
  ]);
  expect(first.messages).toEqual([]);
  expect(await client.post(undefined, { method: 'GET', headers: { accept: 'application/json' } })).toMatchObject({
    status: 406,
  });
});

it('has a log level of its own', async () => {
  await open();
  server.answers({ content: [] });
  await client.introduce();
  await client.ask('logging/setLevel', { level: 'error' });
  const other = server.anotherClient();
  await other.introduce();
  await other.ask('logging/setLevel', { level: 'debug' });
  await client.ask('tools/call', call);
  expect(server.received.slice(-2)).toMatchObject([
    { method: 'logging/setLevel', params: { level: 'error' } },
    { method: 'tools/call' },
  ]);
});

it('ends with the pool, and so do its responses', async () => {
  await open();
  server.leavesOpen();
  await client.introduce();
  const stream = await client.send(undefined, { method: 'GET' });
  const sent = client.ask('tools/call', call);
  await until(() => server.calls.length === 1);
  await server.pool.close({ timeoutMs: 0 });
  await stream.over;
  expect(await sent).toMatchObject({ error: { code: -32_000 } });
  expect(await server.anotherClient().introduce()).toMatchObject({ status: 503 });
});

it('whose response is gone has ten seconds to answer; then the connection is for others', async () => {
  await open('legacy', { pool: { checkoutTimeoutMs: 60_000 } });
  asking();
  await client.introduce({ sampling: {} });
  const exchange = await client.begin('tools/call', call);
  await until(() => exchange.messages.length === 1);
  exchange.close();
  const begun = performance.now();
  const other = server.anotherClient();
  await other.introduce();
  server.handles('tools/call', ({ id }, say) => {
    say({ id, result: { content: [] } });
  });
  expect(await other.ask('tools/call', call)).toHaveProperty('result');
  expect(performance.now() - begun).toBeGreaterThan(5000);
}, 60_000);
