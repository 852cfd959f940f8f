import { afterEach, expect, describe, it } from 'vitest';
import type { GatewayOptions } from '../../../lib/gateway/index.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { McpHttpClient } from '../../support/mcp-http-client.ts';
import { called, enveloped, listing, modernHeaders } from '../../support/modern-request.ts';
import { auth, tokens } from '../../support/principals.ts';

let server: FrontedGateway;
let ann: McpHttpClient;
let bob: McpHttpClient;
afterEach(() => server.stop());

async function open(era: 'legacy' | 'modern', gateway: Partial<GatewayOptions>): Promise<void> {
  server = await FrontedGateway.open(era, { gateway: { auth, ...gateway } });
  ann = server.anotherClient(tokens.ann);
  bob = server.anotherClient(tokens.bob);
}

const done = { resultType: 'complete', content: [] };

describe.each(['legacy', 'modern'] as const)('a tool that is not allowed, for %s clients', (era) => {
  const names = (message: Record<string, unknown> | undefined): string[] =>
    (message?.['result'] as { tools: { name: string }[] }).tools.map(({ name }) => name);
  const list = async (client: McpHttpClient): Promise<Record<string, unknown> | undefined> =>
    era === 'legacy' ? client.ask('tools/list') : (await listing(client)).messages[0];
  const ask = async (client: McpHttpClient, name: string): Promise<Record<string, unknown> | undefined> =>
    era === 'legacy' ? client.ask('tools/call', { name }) : (await called(client, { name })).messages[0];
  const begin = async (gateway: Partial<GatewayOptions>): Promise<void> => {
    await open(era, gateway);
    server.answers(done);
    if (era === 'modern') return;
    await ann.introduce();
    await bob.introduce();
  };

  it('is in no list, and its call is that of a tool that is not there', async () => {
    await begin({ tools: { deny: ['mirr*'] } });
    expect(names(await list(ann))).toEqual(['x']);
    const message = 'Unknown tool: mirrored';
    expect(await ask(ann, 'mirrored')).toMatchObject({ error: { code: -32_602, message } });
    expect(await ask(ann, 'x')).toMatchObject({ result: done });
    expect(server.calls.map(({ params }) => params?.['name'])).toEqual(['x']);
  });

  it('is so for one principal, and not for the other', async () => {
    await begin({ allow: (principal, tool) => principal === 'ann' || tool === 'x' });
    expect([names(await list(ann)), names(await list(bob))]).toEqual([['x', 'mirrored'], ['x']]);
    expect(await ask(bob, 'mirrored')).toMatchObject({ error: { code: -32_602 } });
    expect(server.calls).toEqual([]);
  });

  it('leaves the pages of a list as they are', async () => {
    await begin({ tools: { allow: ['last'] } });
    server.handles('tools/list', ({ id, params }, say) => {
      const isFirst = params?.['cursor'] === undefined;
      const tools = [{ name: isFirst ? 'x' : 'last', inputSchema: { type: 'object' } }];
      say({ id, result: { ...done, ttlMs: 0, cacheScope: 'private', tools, ...(isFirst && { nextCursor: 'more' }) } });
    });
    expect((await list(ann))?.['result']).toMatchObject({ tools: [], nextCursor: 'more' });
    const params = { cursor: 'more' };
    const headers = era === 'modern' ? modernHeaders('tools/list') : {};
    const second = await ann.ask('tools/list', era === 'modern' ? enveloped(params) : params, { headers });
    expect(names(second)).toEqual(['last']);
  });

  it('is not called by a body that names it in a second way', async () => {
    await begin({ tools: { deny: ['mirrored'] } });
    const params = era === 'modern' ? JSON.stringify(enveloped()).slice(1, -1) : '"a":1';
    const bodyOf = (first: string, second: string): string =>
      `{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"${first}","name":"${second}",${params}}}`;
    const headers = (name: string): Record<string, string> =>
      era === 'modern' ? modernHeaders('tools/call', name) : {};
    const denied = await ann.post(undefined, { text: bodyOf('x', 'mirrored'), headers: headers('mirrored') });
    expect(denied.messages).toMatchObject([{ error: { code: -32_602 } }]);
    const allowed = await ann.post(undefined, { text: bodyOf('mirrored', 'x'), headers: headers('x') });
    expect(allowed.messages).toMatchObject([{ result: done }]);
    expect(server.calls.map(({ params: got }) => got?.['name'])).toEqual(['x']);
  });
});

it('a tool that is not allowed is not called in a batch either', async () => {
  await open('legacy', { tools: { deny: ['mirrored'] } });
  server.answers(done);
  await ann.introduce({}, '2025-03-26');
  const batch = ['mirrored', 'x'].map((name) => ann.request('tools/call', { name }));
  const { messages } = await ann.post(batch);
  expect(messages).toMatchObject([{ error: { code: -32_602 } }, { result: done }]);
  expect(server.calls.length).toBe(1);
});
