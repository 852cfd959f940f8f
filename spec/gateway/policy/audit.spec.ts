import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent, GatewayOptions } from '../../../lib/gateway/index.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { McpHttpClient } from '../../support/mcp-http-client.ts';
import { called, enveloped, modernHeaders } from '../../support/modern-request.ts';
import { auth, tokens } from '../../support/principals.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
let client: McpHttpClient;
let events: AuditEvent[];
beforeEach(() => (events = []));
afterEach(() => server.stop());

async function open(era: 'legacy' | 'modern', gateway: Partial<GatewayOptions> = {}): Promise<void> {
  server = await FrontedGateway.open(era, { gateway: { auth, ...gateway } });
  client = server.anotherClient(tokens.ann);
  if (era === 'legacy') await client.introduce();
  server.gateway.audit$.subscribe((event) => events.push(event));
}

const secret = 'my secret argument';
const call = { name: 'x', arguments: { secret } };
const ofListening = { type: 'call', method: 'subscriptions/listen' };
const ofAnn = { type: 'call', principal: 'ann', method: 'tools/call', tool: 'x' };

describe.each(['legacy', 'modern'] as const)('what the audit tells of a call of a %s client', (era) => {
  const ask = (name = 'x'): Promise<unknown> =>
    era === 'legacy' ? client.ask('tools/call', { ...call, name }) : called(client, { ...call, name });
  const complete = era === 'legacy' ? {} : { resultType: 'complete' };

  it('is who has called which tool, and what came of it, and nothing of what was sent', async () => {
    await open(era);
    const before = Date.now();
    server.answers({ ...complete, content: [{ type: 'text', text: secret }] });
    await ask();
    const [event] = events;
    expect(event).toMatchObject({ ...ofAnn, outcome: 'ok' });
    const { at, ms, bytesIn, bytesOut } = event as unknown as Record<string, number>;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(ms).toBeGreaterThan(0);
    expect([Number(bytesIn) > 50, Number(bytesOut) > 50]).toEqual([true, true]);
    expect(JSON.stringify(events)).not.toMatch(/secret|token-of/);
    expect(Object.values(event ?? {}).every((value) => typeof value !== 'object')).toBe(true);
  });

  it('is an error where the server answers with one, or the tool says so', async () => {
    await open(era);
    server.handles('tools/call', ({ id }, say) => say({ id, error: { code: -32_050, message: secret } }));
    await ask();
    server.answers({ ...complete, content: [], isError: true });
    await ask();
    expect(events).toMatchObject([
      { ...ofAnn, outcome: 'error', code: -32_050 },
      { ...ofAnn, outcome: 'error' },
    ]);
    expect(events[1]).not.toHaveProperty('code');
  });

  it('is that it was refused', async () => {
    await open(era, { tools: { deny: ['y'] } });
    server.answers({ ...complete, content: [] });
    await ask('y');
    expect(events).toMatchObject([{ ...ofAnn, tool: 'y', outcome: 'refused', code: -32_602, bytesOut: 0 }]);
  });
});

it('tells what was cancelled, by whichever means', async () => {
  await open('legacy');
  server.leavesOpen();
  const open1 = client.begin('tools/call', call);
  await until(() => server.calls.length === 1);
  await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } });
  await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
  await open1;
  const open2 = client.begin('tools/call', call);
  await client.post(undefined, { method: 'DELETE' });
  await open2;
  const notified = { type: 'notification', principal: 'ann', method: 'notifications/cancelled' };
  expect(events).toMatchObject([
    notified,
    notified,
    { ...ofAnn, outcome: 'cancelled' },
    { ...ofAnn, outcome: 'cancelled' },
    { type: 'sessionEnded', principal: 'ann' },
  ]);
});

it.each(['legacy', 'modern'] as const)(
  'tells what a client of the %s era tells, and not what is in it',
  async (era) => {
    await open(era);
    const params = era === 'legacy' ? { secret } : enveloped({ secret });
    const headers = era === 'legacy' ? {} : modernHeaders('notifications/roots/list_changed');
    await client.post({ jsonrpc: '2.0', method: 'notifications/roots/list_changed', params }, { headers });
    const method = 'notifications/roots/list_changed';
    const numbers = { at: expect.any(Number) as number, bytesIn: expect.any(Number) as number };
    expect(events).toEqual([{ type: 'notification', principal: 'ann', method, ...numbers }]);
  },
);

it('tells that a client of the modern era went away', async () => {
  await open('modern');
  server.handles('tools/call', ({ params }, say) => {
    const { progressToken } = params?.['_meta'] as { progressToken: unknown };
    say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
  });
  const params = enveloped(call, {}, { progressToken: 1 });
  const exchange = await client.begin('tools/call', params, { headers: modernHeaders('tools/call', 'x') });
  exchange.close();
  await until(() => events.length === 1);
  expect(events).toMatchObject([{ ...ofAnn, outcome: 'cancelled' }]);
});

it('tells of strangers, without what they have sent', async () => {
  await open('legacy');
  for (const token of [undefined, 'my secret']) await server.anotherClient(token).post({});
  expect(events).toEqual([
    { type: 'stranger', at: expect.any(Number) as number, reason: 'missing', address: '127.0.0.1' },
    { type: 'stranger', at: expect.any(Number) as number, reason: 'unknown', address: '127.0.0.1' },
  ]);
});

it('keeps of a name no more than a line of a log can take', async () => {
  await open('legacy', { tools: { allow: ['x'] } });
  const refused = await client.ask('tools/call', { name: 'n'.repeat(100_000) });
  await client.ask('m'.repeat(100_000));
  expect(JSON.stringify([refused, events[0]]).length).toBeLessThan(2000);
  expect(JSON.stringify(events[1]).length).toBeLessThan(2000);
});

it('ends with the gateway', async () => {
  await open('legacy');
  const told = lastValueFrom(server.gateway.audit$.pipe(toArray()));
  await client.ask('tools/list');
  await client.ask('ping');
  await server.gateway.close();
  expect(await told).toEqual(events);
  expect(events).toMatchObject([{ method: 'tools/list' }, { method: 'ping' }, { type: 'sessionEnded' }]);
});

describe('what the audit tells besides', () => {
  it('is which prompt and which resource was asked for, without what may be secret in an address', async () => {
    await open('legacy');
    await client.ask('prompts/get', { name: 'p' });
    await client.ask('resources/read', { uri: 'https://ann:pw@files.example/a?token=x#y' });
    expect(events).toMatchObject([{ prompt: 'p' }, { resource: 'https://files.example/a' }]);
    expect(JSON.stringify(events)).not.toMatch(/pw|token=/);
  });

  it.each(['legacy', 'modern'] as const)(
    'is what a server asks a client in the course of a call, a %s one',
    async (era) => {
      await open(era);
      const asked = { method: 'sampling/createMessage', params: { messages: [secret], maxTokens: 1 } };
      if (era === 'legacy') {
        client = server.anotherClient(tokens.ann);
        await client.introduce({ sampling: {} });
        server.handles('tools/call', ({ id }, say) => {
          say({ id: 7, ...asked });
          server.handles('answer', () => say({ id, result: { content: [] } }));
        });
        const exchange = await client.begin('tools/call', call);
        await until(() => exchange.messages.length === 1);
        await client.post({ jsonrpc: '2.0', id: exchange.messages[0]?.['id'], result: {} });
        await exchange.over;
      } else {
        server.answers({ resultType: 'input_required', inputRequests: { a: asked }, requestState: 's' });
        const params = enveloped(call, { sampling: {} });
        await client.post(client.request('tools/call', params), { headers: modernHeaders('tools/call', 'x') });
      }
      expect(events.slice(-2)).toMatchObject([
        { type: 'question', principal: 'ann', tool: 'x', question: 'sampling/createMessage' },
        { ...ofAnn, outcome: 'ok' },
      ]);
      expect(JSON.stringify(events)).not.toContain(secret);
    },
  );

  it('is who listens, and for how long', async () => {
    await open('modern');
    const params = enveloped({ notifications: { toolsListChanged: true } });
    const headers = modernHeaders('subscriptions/listen');
    const [first, second] = [
      await client.begin('subscriptions/listen', params, { headers }),
      await client.begin('subscriptions/listen', params, { headers }),
    ];
    await until(() => first.messages.length + second.messages.length === 2);
    first.close();
    await until(() => events.length === 1);
    await server.gateway.close();
    const listened = { ...ofListening, principal: 'ann' };
    expect(events).toMatchObject([
      { ...listened, outcome: 'cancelled' },
      { ...listened, outcome: 'ok' },
    ]);
  });
});
