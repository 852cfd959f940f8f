import { afterEach, describe, expect, it } from 'vitest';
import type { McpPool, McpPoolOptions } from '../../../lib/mcp/index.ts';
import { type BareClient, bareClient } from '../../support/bare-client.ts';
import { FrontedServer, call } from '../../support/fronted-server.ts';
import { until } from '../../support/until.ts';

let server: FrontedServer;
let pool: McpPool;
let client: BareClient;
afterEach(() => server.stop());

async function open(options?: Partial<McpPoolOptions>): Promise<void> {
  server = await FrontedServer.open(options);
  ({ pool, client } = server);
}

describe('the level of the log', () => {
  const levels = (): unknown[] => server.sent('logging/setLevel').map(({ params }) => params?.['level']);

  it('is set on a connection before a request of a session that wants another', async () => {
    await open();
    server.answers({});
    const other = await bareClient(pool);
    await client.ask('logging/setLevel', { level: 'debug' });
    await client.ask('tools/call', call);
    expect(levels()).toEqual(['debug']);
    await other.ask('logging/setLevel', { level: 'error' });
    await client.ask('tools/call', call);
    await client.ask('tools/call', call);
    expect(levels()).toEqual(['debug', 'error', 'debug']);
    await other.ask('tools/call', call);
    expect(levels()).toEqual(['debug', 'error', 'debug', 'error']);
    expect(server.received.slice(-2).map(({ method }) => method)).toEqual(['logging/setLevel', 'tools/call']);
  });

  it('is as the server says, where it refuses one', async () => {
    await open();
    server.handles('logging/setLevel', ({ id }, say) =>
      say({ id, error: { code: -32_602, message: 'no such level' } }),
    );
    expect(await client.ask('logging/setLevel', { level: 'loud' })).toMatchObject({ error: { code: -32_602 } });
    server.answers({});
    await client.ask('tools/call', call);
    expect(levels()).toEqual(['loud']);
  });
});

describe('what a server tells by itself', () => {
  it('is told of lists once, though the client is in the middle of a call', async () => {
    await open();
    await client.introduce();
    server.leavesOpen();
    await client.begin('tools/call', call);
    await until(() => server.calls.length === 1);
    server.tells('notifications/tools/list_changed');
    await until(() => client.told('notifications/tools/list_changed').length > 0);
    server.tells('notifications/prompts/list_changed');
    server.tells('notifications/tools/list_changed');
    await until(() => client.told('notifications/tools/list_changed').length > 1);
    expect(client.heard.filter(({ method }) => method !== undefined)).toHaveLength(2);
  });

  it('is told of a resource from its subscription to its end', async () => {
    await open();
    await client.introduce();
    expect(await client.ask('resources/subscribe', { uri: 'file:///a' })).toMatchObject({ result: {} });
    await until(() => server.sent('resources/subscribe').length === 2);
    server.tells('notifications/resources/updated', { uri: 'file:///a' });
    await until(() => client.told('notifications/resources/updated').length === 1);
    expect(client.heard.at(-1)).toMatchObject({ params: { uri: 'file:///a' } });
    await client.ask('resources/unsubscribe', { uri: 'file:///a' });
    await until(() => server.sent('resources/unsubscribe').length > 0);
  });

  it('is not told of a resource to which the server allows no subscription', async () => {
    await open();
    server.handles('resources/subscribe', ({ id }, say) => say({ id, error: { code: -32_602, message: 'unknown' } }));
    const { error } = await client.ask('resources/subscribe', { uri: 'file:///none' });
    expect(error).toMatchObject({ code: -32_602, message: 'unknown' });
  });
});

describe('with pinned connections', () => {
  const pinned = { sharing: 'pinned', affinity: () => 'k', minSize: 0, maxSize: 2 } as const;

  it('each session has one to itself, with its tasks, which goes with it', async () => {
    await open(pinned);
    server.answers({});
    const other = await bareClient(pool);
    expect(await client.introduce()).toHaveProperty('capabilities.tasks');
    await client.ask('tools/call', call);
    await other.ask('tools/call', call);
    await client.ask('tools/call', call);
    expect(server.calls.map(({ connection }) => connection)).toEqual([0, 1, 0]);
    await client.close();
    await until(() => server.sockets.size === 1);
  });

  it('sessions of the same key have the same one, which stays', async () => {
    await open(pinned);
    server.answers({});
    const [one, two] = await Promise.all([bareClient(pool, { key: 'a' }), bareClient(pool, { key: 'a' })]);
    await one.introduce();
    await one.ask('tools/call', call);
    await one.close();
    await two.ask('tools/call', call);
    expect(server.calls.map(({ connection }) => connection)).toEqual([0, 0]);
  });
});
