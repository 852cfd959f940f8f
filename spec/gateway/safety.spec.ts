import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { FrontedGateway } from '../support/fronted-gateway.ts';
import type { HttpExchange, McpHttpClient } from '../support/mcp-http-client.ts';
import { called, enveloped, listing, modernHeaders } from '../support/modern-request.ts';
import { auth, bearer, tokens } from '../support/principals.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { until } from '../support/until.ts';

// Each control of the gateway, and somebody who tries to get around it. Other hosts, other origins, bodies that are too large
// or too slow, and messages that are nested too deep: see `http/`.

let server: FrontedGateway;
let ann: McpHttpClient;
let bob: McpHttpClient;
afterEach(() => server.stop());

type Era = 'legacy' | 'modern';
const eras: readonly Era[] = ['legacy', 'modern'];

async function open(era: Era, gateway: Partial<GatewayOptions> = { auth }, pool = {}): Promise<void> {
  server = await FrontedGateway.open(era, { gateway, pool });
  ann = server.anotherClient(tokens.ann);
  bob = server.anotherClient(tokens.bob);
}

const done = { resultType: 'complete', content: [] };

describe('whoever is not known', () => {
  it('is refused, by whichever method and in whichever era, before anything is read', async () => {
    await open('legacy');
    for (const token of [undefined, 'token-of-eve', auth.bearer[0].sha256]) {
      const eve = server.anotherClient(token);
      const asked = [
        await eve.introduce(),
        await listing(eve),
        await eve.post(undefined, { text: 'no JSON' }),
        await eve.post(undefined, { method: 'GET' }),
        await eve.post(undefined, { method: 'DELETE' }),
        await eve.post(undefined, { method: 'OPTIONS' }),
      ];
      const challenge = token === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
      for (const { status, headers } of asked) expect([status, headers['www-authenticate']]).toEqual([401, challenge]);
    }
    expect(server.received).toEqual([]);
  });

  it('is refused with a known session, too', async () => {
    await open('legacy');
    await ann.introduce();
    const eve = server.anotherClient('token-of-eve');
    eve.session = ann.session;
    expect(await eve.post(eve.request('tools/list'))).toMatchObject({ status: 401 });
    expect(await ann.post(ann.request('tools/list'))).toMatchObject({ status: 200 });
  });

  it('is whoever the function of a program says, at once or later', async () => {
    const asked: unknown[] = [];
    await open('modern', {
      principal: async ({ headers, url, method }) => {
        asked.push([method, url]);
        await Promise.resolve();
        if (headers.authorization === 'Bearer broken') throw new Error('cannot be verified');
        return headers.authorization === `Bearer ${tokens.ann}` ? 'ann' : undefined;
      },
    });
    expect([(await listing(ann)).status, (await listing(bob)).status]).toEqual([200, 401]);
    expect(await listing(server.anotherClient('broken'))).toMatchObject({ status: 401 });
    expect(asked).toContainEqual(['POST', '/mcp']);
  });
});

describe('another host', () => {
  it('is listened at only where it is known who asks', async () => {
    await open('legacy', {});
    const { pool } = server;
    for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example', '1270.0.0.1']) {
      expect(await rejectionOf(serveGateway({ pool, port: 0, host }))).toBeInstanceOf(TypeError);
    }
    for (const known of [{ auth }, { principal: () => 'ann' }]) {
      const gateway = await serveGateway({ pool, port: 0, host: '0.0.0.0', ...known });
      await gateway.close();
    }
  });

  it.each<Partial<GatewayOptions>>([
    { auth: { bearer: [] } },
    { auth: { bearer: [{ name: 'ann', sha256: 'x' }] } },
    { auth: {} as unknown as { bearer: [] } },
    { auth, principal: () => 'ann' },
    { principal: 'ann' as unknown as () => string },
    { allow: true as unknown as () => boolean },
    { tools: { allow: 'x' as unknown as [] } },
  ])('does not do with an authentication that is none: %j', async (options) => {
    await open('legacy', {});
    expect(await rejectionOf(serveGateway({ pool: server.pool, port: 0, ...options }))).toBeInstanceOf(TypeError);
  });
});

describe('a stolen session', () => {
  beforeEach(async () => {
    await open('legacy', { auth }, { maxSize: 2 });
    await ann.introduce({ roots: {} });
    await bob.introduce();
    bob.session = ann.session;
  });

  it('is not there for another principal, by whichever method', async () => {
    for (const [method, message] of [
      ['POST', bob.request('tools/list')],
      ['POST', [bob.request('tools/list')]],
      ['POST', { jsonrpc: '2.0', method: 'notifications/initialized' }],
      ['GET', undefined],
      ['DELETE', undefined],
    ] as const) {
      const { status, messages } = await bob.post(message, { method });
      expect([method, status, messages]).toMatchObject([method, 404, [{ error: { code: -32_001 } }]]);
    }
    expect(await ann.ask('tools/list')).toMatchObject({ result: {} });
  });

  it("does not answer its owner's questions, and cancels nothing", async () => {
    const open = new Map<unknown, () => void>();
    server.handles('tools/call', ({ id }, say) => {
      open.set('q', () => say({ id, result: { content: [] } }));
      say({ id: 'q', method: 'roots/list' });
    });
    const answers: unknown[] = [];
    server.handles('answer', (answer) => {
      answers.push(answer.result);
      open.get(answer.id)?.();
    });
    const exchange = await ann.begin('tools/call', { name: 'x' });
    await until(() => exchange.messages.length === 1);
    const { id } = exchange.messages[0] ?? {};
    const forged = { jsonrpc: '2.0', id, result: { roots: [{ uri: 'file:///bob' }] } };
    expect(await bob.post(forged)).toMatchObject({ status: 404 });
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } };
    expect(await bob.post(cancel)).toMatchObject({ status: 404 });
    // Nor with a session of his own.
    const own = server.anotherClient(tokens.bob);
    await own.introduce({ roots: {} });
    expect(await own.post(forged)).toMatchObject({ status: 202 });
    expect(await own.post(cancel)).toMatchObject({ status: 202 });
    await ann.post({ jsonrpc: '2.0', id, result: { roots: [] } });
    await exchange.over;
    expect(exchange.messages.at(-1)).toMatchObject({ result: { content: [] } });
    expect(answers).toEqual([{ roots: [] }]);
    expect(server.sent('notifications/cancelled')).toEqual([]);
  });
});

describe('a stolen state of a round', () => {
  const asked = { resultType: 'input_required', inputRequests: { q: { method: 'roots/list', params: {} } } };
  const stateIn = ({ messages: [first] }: HttpExchange): string =>
    (first?.['result'] as { requestState: string }).requestState;
  const inputResponses = { question_1: { roots: [] }, q: { roots: [] } };

  it('is of no use to another principal at a modern server, nor when it was changed', async () => {
    await open('modern');
    server.handles('tools/call', ({ id, params }, say) => {
      say({ id, result: params?.['requestState'] === undefined ? { ...asked, requestState: 's' } : done });
    });
    const requestState = stateIn(await called(ann));
    const [connection = '', seal = ''] = requestState.split('.');
    const others = [`${connection}.s`, `${connection}.${seal}.t`, `c99.${seal}.s`, `${connection}.${seal.slice(1)}x.s`];
    for (const [client, state] of [[bob, requestState], ...others.map((other) => [ann, other])] as const) {
      const { status, messages } = await called(client as McpHttpClient, { requestState: state, inputResponses });
      expect([status, messages]).toMatchObject([200, [{ error: { code: -32_602 } }]]);
    }
    expect(server.calls.length).toBe(1);
    expect((await called(ann, { requestState, inputResponses })).messages).toMatchObject([{ result: done }]);
  });

  it('is of no use to another principal where a call waits for its owner', async () => {
    await open('legacy');
    server.handles('tools/call', (_, say) => {
      say({ id: 'q', method: 'roots/list' });
    });
    const answers: unknown[] = [];
    server.handles('answer', ({ result }) => answers.push(result));
    const params = { ...enveloped({ name: 'x' }, { roots: {} }) };
    const headers = modernHeaders('tools/call', 'x');
    const requestState = stateIn(await ann.post(ann.request('tools/call', params), { headers }));
    const next = { ...params, requestState, inputResponses: { question_1: { roots: [{ uri: 'file:///bob' }] } } };
    for (let i = 0; i < 2; i++) {
      const { messages } = await bob.post(bob.request('tools/call', next), { headers });
      expect(messages).toMatchObject([{ error: { code: -32_602 } }]);
    }
    expect(answers).toEqual([]);
    // It is still there for its owner.
    const going = ann.begin('tools/call', { ...params, requestState, inputResponses }, { headers });
    await until(() => answers.length === 1);
    expect(answers).toEqual([{ roots: [] }]);
    server.breaks();
    await going;
  });
});

it.each(eras)('no token reaches a server of the %s era', async (era) => {
  const seen = 'a-token-that-must-not-be-passed-on';
  await open(era, { auth: { bearer: [bearer('ann', seen)] } });
  server.answers(done);
  const client = server.anotherClient(seen);
  if (era === 'legacy') {
    await client.introduce();
    await client.ask('tools/call', { name: 'x' });
  }
  await called(client);
  expect(server.calls.length).toBeGreaterThan(0);
  expect(JSON.stringify(server.received)).not.toContain(seen);
  expect(JSON.stringify(server.received).toLowerCase()).not.toContain('authorization');
});
