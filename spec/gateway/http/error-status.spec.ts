import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { sharedAllowance } from '../../../lib/index.ts';
import { createMcpPool, serveTcp, tcp } from '../../../lib/mcp/index.ts';
import { counterServer } from '../../support/counter-server.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { HttpExchange } from '../../support/mcp-http-client.ts';
import { called, enveloped, modernHeaders } from '../../support/modern-request.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
afterEach(() => server.stop());

const call = { name: 'x' };

describe.each(['legacy', 'modern'] as const)('where too many wait, a client of the %s era', (era) => {
  const ask = async (): Promise<HttpExchange> => {
    const { client } = server;
    return era === 'legacy' ? client.post(client.request('tools/call', call)) : called(client, call);
  };

  it('is told by the status of the response to come again soon, and why in its body', async () => {
    server = await FrontedGateway.open(era, { pool: { maxWaiting: 1 } });
    if (era === 'legacy') await server.client.introduce();
    const answers: (() => void)[] = [];
    const result = era === 'legacy' ? { content: [] } : { resultType: 'complete', content: [] };
    server.answers(result);
    // The first wait for the connection and what is read of the server.
    await until(async () => (await ask()).status === 200);
    const before = server.calls.length;
    server.handles('tools/call', ({ id }, say) => answers.push(() => say({ id, result })));
    const first = ask();
    await until(() => server.calls.length === before + 1);
    const second = ask();
    await until(() => server.pool.state.waiting === 1);
    const { status, headers, messages } = await ask();
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(messages).toMatchObject([{ id: expect.any(Number) as unknown, error: { code: -32_000 } }]);
    expect(messages).toMatchObject([{ error: { data: { code: 'POOL_OVERLOADED', limit: 1 } } }]);
    answers[0]?.();
    await until(() => answers.length === 2);
    answers[1]?.();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it('has 200 for what a server answers, and for other failures of the pool', async () => {
    server = await FrontedGateway.open(era, { pool: { checkoutTimeoutMs: 50 } });
    if (era === 'legacy') await server.client.introduce();
    server.handles('tools/call', ({ id }, say) => say({ id, error: { code: -32_000, message: 'no' } }));
    expect((await ask()).status).toBe(200);
    server.leavesOpen();
    void ask().catch(() => undefined);
    await until(() => server.calls.length === 2);
    const { status, messages } = await ask();
    expect(status).toBe(200);
    expect(messages).toMatchObject([{ error: { data: { code: 'POOL_CHECKOUT_TIMEOUT' } } }]);
  });
});

it.each(['legacy', 'modern'] as const)('tells a %s client the same where others have all connections', async (era) => {
  const allowance = sharedAllowance(1);
  const others = await serveTcp(counterServer());
  const transport = tcp({ port: others.port });
  const other = createMcpPool({ transport, era: 'legacy', minSize: 0, maxSize: 1, allowance });
  onTestFinished(async () => {
    await other.close({ timeoutMs: 0 });
    await others.close();
  });
  await other.lease();
  server = await FrontedGateway.open(era, { pool: { allowance, checkoutTimeoutMs: 50 } });
  const { status, headers, messages } = await (era === 'legacy' ? server.client.introduce() : called(server.client));
  expect([status, headers['retry-after']]).toEqual([503, '5']);
  expect(messages).toMatchObject([{ error: { code: -32_000, data: { code: 'POOL_CHECKOUT_TIMEOUT', allowed: 0 } } }]);
  expect(JSON.stringify(messages)).toContain('0 of 1 are allowed');
});

it('has 200 for a batch, whatever is refused in it', async () => {
  server = await FrontedGateway.open('legacy', { pool: { maxWaiting: 0 } });
  const { client } = server;
  await client.introduce({}, '2025-03-26');
  let answer = (): void => undefined;
  server.handles('tools/call', ({ id }, say) => (answer = () => say({ id, result: { content: [] } })));
  const batch = client.post([client.request('tools/call', call), client.request('tools/call', call)]);
  await until(() => server.calls.length === 1);
  answer();
  const { status, messages } = await batch;
  expect(status).toBe(200);
  expect(messages.map((message) => 'result' in message)).toEqual([false, true]);
});

it('refuses more requests than a session may have open', async () => {
  server = await FrontedGateway.open('legacy', { pool: { maxSize: 1 } });
  const { client } = server;
  await client.introduce({}, '2025-03-26');
  const many = Array.from({ length: 1001 }, () => client.request('ping'));
  const { status, headers, messages } = await client.post(many);
  expect([status, headers['retry-after']]).toEqual([503, '5']);
  expect(messages).toMatchObject([{ error: { message: 'a session may have 1000 requests open' } }]);
  expect((await client.post(many.slice(0, 1000))).messages).toHaveLength(1000);
});

it('refuses to follow more resources than a client may', async () => {
  server = await FrontedGateway.open('legacy');
  const { client } = server;
  await client.introduce({}, '2025-03-26');
  const subscribe = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => client.request('resources/subscribe', { uri: `file:///${from + n}` }));
  for (let n = 0; n < 1000; n += 200) await client.post(subscribe(n, n + 200));
  const [tooMany] = (await client.post(subscribe(1010, 1020))).messages.slice(-1);
  expect(tooMany).toMatchObject({ error: { code: -32_602, message: 'no more than 1000 resources can be followed' } });
  await client.ask('resources/unsubscribe', { uri: 'file:///0' });
  expect(await client.ask('resources/subscribe', { uri: 'file:///new' })).toMatchObject({ result: {} });
  expect(await client.ask('resources/subscribe', { uri: 'file:///1' })).toMatchObject({ result: {} });
}, 30_000);

it('refuses to listen for more resources than a client may follow', async () => {
  server = await FrontedGateway.open('modern');
  const { client } = server;
  const resourceSubscriptions = Array.from({ length: 1001 }, (_, n) => `file:///${n}`);
  const asked = client.request('subscriptions/listen', enveloped({ notifications: { resourceSubscriptions } }));
  const { messages } = await client.post(asked, { headers: modernHeaders('subscriptions/listen') });
  expect(messages).toMatchObject([{ error: { code: -32_602 } }]);
});

it('keeps the statuses of the modern era', async () => {
  server = await FrontedGateway.open('modern');
  const { client } = server;
  const { status } = await client.post(client.request('ping', enveloped()), { headers: modernHeaders('ping') });
  expect(status).toBe(404);
});
