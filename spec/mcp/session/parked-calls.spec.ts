import { afterEach, expect, it } from 'vitest';
import { FrontedGateway, type Got } from '../../support/fronted-gateway.ts';
import type { Say } from '../../support/line-server.ts';
import type { HttpExchange, McpHttpClient } from '../../support/mcp-http-client.ts';
import { enveloped, modernHeaders } from '../../support/modern-request.ts';
import { until } from '../../support/until.ts';

// Clients of the modern era before a server of the legacy one, which asks in the middle of a call.
let server: FrontedGateway;
let client: McpHttpClient;
afterEach(() => server.stop());

type Fields = Readonly<Record<string, unknown>>;

interface Asked {
  readonly resultType: string;
  readonly inputRequests: Readonly<Record<string, unknown>>;
  readonly requestState: string;
}

async function open(maxSize = 1): Promise<void> {
  server = await FrontedGateway.open('legacy', { pool: { maxSize } });
  ({ client } = server);
}

function call(params: Fields = {}, capabilities: Fields = { sampling: {}, roots: {} }): Promise<HttpExchange> {
  const message = client.request('tools/call', enveloped({ name: 'x', ...params }, capabilities));
  return client.post(message, { headers: modernHeaders('tools/call', 'x') });
}

/** Has the server ask for this in each call; the result is all that was answered. */
function asks(...methods: string[]): void {
  const open = new Map<number, { id: Got['id']; say: Say; answers: unknown[] }>();
  server.handles('tools/call', ({ id, connection }, say) => {
    open.set(connection, { id, say, answers: [] });
    for (const method of methods) say({ id: `ask ${method}`, method, params: { _meta: { a: 1 }, of: 'me' } });
  });
  server.handles('answer', ({ result, error, connection }) => {
    const asked = open.get(connection);
    asked?.answers.push(result ?? error);
    if (asked?.answers.length === methods.length) asked.say({ id: asked.id, result: { content: asked.answers } });
  });
}

function resultOf({ messages }: HttpExchange): Asked {
  return messages.at(-1)?.['result'] as Asked;
}

it('are answered with all that is asked, and go on with the answers', async () => {
  await open();
  asks('sampling/createMessage', 'roots/list');
  const first = resultOf(await call());
  expect(first).toMatchObject({
    resultType: 'input_required',
    inputRequests: {
      question_1: { method: 'sampling/createMessage', params: { of: 'me' } },
      question_2: { method: 'roots/list' },
    },
  });
  expect(server.calls[0]?.params).toEqual({ name: 'x' });
  const { requestState } = first;
  // What is not answered is asked once more.
  const second = resultOf(await call({ requestState, inputResponses: { question_1: { model: 'm' }, question_2: 7 } }));
  expect(Object.keys(second.inputRequests)).toEqual(['question_2']);
  const inputResponses = { question_2: { roots: [] } };
  const third = resultOf(await call({ requestState: second.requestState, inputResponses }));
  expect(third).toMatchObject({ resultType: 'complete', content: [{ model: 'm' }, { roots: [] }] });
  expect(server.calls.length).toBe(1);
});

it('are found by the same request alone, and once', async () => {
  await open();
  asks('roots/list');
  const { requestState } = resultOf(await call());
  const inputResponses = { question_1: { roots: [] } };
  const other = await call({ requestState, inputResponses, arguments: { other: true } });
  expect(other.messages).toMatchObject([{ error: { code: -32_602 } }]);
  expect(resultOf(await call({ requestState, inputResponses }))).toMatchObject({ content: [{ roots: [] }] });
  expect((await call({ requestState, inputResponses })).messages).toMatchObject([{ error: { code: -32_602 } }]);
});

it('are never asked what the client has not announced: that is an error', async () => {
  await open();
  asks('elicitation/create');
  const { status, messages } = await call();
  expect([status, messages]).toMatchObject([
    400,
    [{ error: { code: -32_021, data: { requiredCapabilities: { elicitation: {} } } } }],
  ]);
});

it('give way to who waits for a connection, and are cancelled at the server', async () => {
  await open();
  asks('roots/list');
  const { requestState } = resultOf(await call());
  server.handles('tools/list', ({ id }, say) => say({ id, result: { tools: [] } }));
  const headers = modernHeaders('tools/list');
  const listed = await client.post(client.request('tools/list', enveloped()), { headers });
  expect(resultOf(listed)).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private', tools: [] });
  expect(server.sent('notifications/cancelled').length).toBe(1);
  const { messages } = await call({ requestState, inputResponses: { question_1: { roots: [] } } });
  expect(messages).toMatchObject([{ error: { code: -32_602, data: { reason: 'invalid_request_state' } } }]);
});

it('are fewer than there are connections: the oldest gives way to one more', async () => {
  await open(2);
  asks('roots/list');
  const first = resultOf(await call());
  const second = resultOf(await call());
  const inputResponses = { question_1: { roots: [] } };
  expect((await call({ requestState: first.requestState, inputResponses })).messages).toMatchObject([
    { error: { code: -32_602 } },
  ]);
  expect(resultOf(await call({ requestState: second.requestState, inputResponses }))).toMatchObject({ content: [{}] });
});

it('tell their outcome also where the server has not waited for the answers', async () => {
  await open();
  let say: Say = () => undefined;
  server.handles('tools/call', (_, tell) => {
    say = tell;
    tell({ id: 'q', method: 'roots/list' });
  });
  const { requestState } = resultOf(await call());
  say({ id: server.calls[0]?.id, result: { content: ['impatient'] } });
  await until(() => server.pool.state.active === 0);
  const last = resultOf(await call({ requestState, inputResponses: { question_1: { roots: [] } } }));
  expect(last).toMatchObject({ content: ['impatient'] });
});

it('are cancelled when the gateway closes', async () => {
  await open();
  asks('roots/list');
  await call();
  await server.gateway.close();
  await until(() => server.sent('notifications/cancelled').length === 1);
});

it('hear the log only when they ask for it, and by its level', async () => {
  await open();
  server.handles('tools/call', ({ id }, say) => {
    say({ method: 'notifications/message', params: { level: 'error', data: 'd' } });
    say({ id, result: { content: [] } });
  });
  expect((await call()).messages.length).toBe(1);
  const params = enveloped({ name: 'x' }, {}, { 'io.modelcontextprotocol/logLevel': 'error' });
  const headers = modernHeaders('tools/call', 'x');
  const { messages } = await client.post(client.request('tools/call', params), { headers });
  expect(messages.map(({ method }) => method)).toEqual(['notifications/message', undefined]);
  expect(server.sent('logging/setLevel')[0]?.params).toEqual({ level: 'error' });
});

it('are told in the words of their era what a server does not find', async () => {
  await open();
  server.handles('resources/read', ({ id }, say) => say({ id, error: { code: -32_002, message: 'not found' } }));
  const uri = 'file:///a';
  const message = client.request('resources/read', enveloped({ uri }));
  const { messages } = await client.post(message, { headers: modernHeaders('resources/read', uri) });
  expect(messages).toMatchObject([{ error: { code: -32_602, message: 'not found' } }]);
});

it('tell progress by the token of the round in which it comes', async () => {
  await open();
  let say: Say = () => undefined;
  server.handles('tools/call', (_, tell) => {
    say = tell;
    tell({ id: 'q', method: 'roots/list' });
  });
  server.handles('answer', () => {
    const { id } = server.calls[0] ?? {};
    say({ method: 'notifications/progress', params: { progressToken: id, progress: 1 } });
    say({ id, result: { content: [] } });
  });
  const round = (token: string, params: Fields): Promise<HttpExchange> => {
    const all = enveloped({ name: 'x', ...params }, { roots: {} }, { progressToken: token });
    return client.post(client.request('tools/call', all), { headers: modernHeaders('tools/call', 'x') });
  };
  const { requestState } = resultOf(await round('first', {}));
  const { messages } = await round('second', { requestState, inputResponses: { question_1: { roots: [] } } });
  expect(messages).toMatchObject([{ params: { progressToken: 'second', progress: 1 } }, { result: {} }]);
});
