import { afterEach, describe, expect, it } from 'vitest';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { createMcpHub, tcp } from '../../../lib/mcp/index.ts';
import type { ConfiguredServer } from '../../../lib/mcp/index.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import { McpHttpClient } from '../../support/mcp-http-client.ts';
import { called } from '../../support/modern-request.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway | undefined;
afterEach(() => server?.stop());

const tooLong = { code: -32_001, message: 'the tool x took longer than 100 ms, and was cancelled' };

describe.each(['legacy', 'modern'] as const)('a call by a client of the %s era', (era) => {
  it('that takes longer than it may is cancelled at the server, which is said', async () => {
    server = await FrontedGateway.open(era, { gateway: { tools: { timeoutMs: 100 } } });
    const { client } = server;
    if (era === 'legacy') await client.introduce();
    server.leavesOpen();
    const ask = () => (era === 'legacy' ? client.ask('tools/call', { name: 'x' }) : called(client).then(lastOf));
    expect(await ask()).toMatchObject({ error: tooLong });
    await until(() => server?.sent('notifications/cancelled').length === 1);
    expect(server.calls).toHaveLength(1);
    server.answers({ resultType: 'complete', content: [] });
    await until(async () => 'result' in (await ask()));
  });
});

function lastOf({ messages }: { readonly messages: readonly Record<string, unknown>[] }): Record<string, unknown> {
  return messages.at(-1) ?? {};
}

it('is for tools, and for nothing else', async () => {
  server = await FrontedGateway.open('legacy', { gateway: { tools: { timeoutMs: 50 } } });
  await server.client.introduce();
  server.handles('resources/read', ({ id }, say) => setTimeout(say, 200, { id, result: { contents: [] } }));
  expect(await server.client.ask('resources/read', { uri: 'file:///a' })).toHaveProperty('result');
});

describe('the rules of a server', () => {
  const entryOf = (port: number): ConfiguredServer => ({
    ...{ name: 'slow', status: 'ready', warnings: [], tools: { timeoutMs: 100 } },
    options: { transport: tcp({ port }), maxSize: 2 },
  });

  it('hold for its tools in a gateway, and the shorter of two times counts', async () => {
    const slow = await startTcpServer();
    const servers = { servers: [entryOf(slow.port)], warnings: [] };
    const gateway = await serveGateway({ servers, tools: { timeoutMs: 60_000 }, port: 0 });
    const client = new McpHttpClient(gateway.url);
    await client.introduce();
    const sleep = { name: 'sleep', arguments: { ms: 30_000 } };
    expect(await client.ask('tools/call', sleep)).toMatchObject({ error: { code: -32_001 } });
    expect((await called(client, sleep, { 'mcp-session-id': undefined })).messages).toMatchObject([
      { error: { code: -32_001, data: { tool: 'sleep', timeoutMs: 100 } } },
    ]);
    await client.close();
    await gateway.close();
    await slow.stop();
  });

  it('hold for a client of the hub', async () => {
    const slow = await startTcpServer();
    const hub = createMcpHub({ servers: [entryOf(slow.port)], warnings: [] });
    const call = hub.client.callTool({ name: 'sleep', arguments: { ms: 30_000 } });
    await expect(call).rejects.toThrow(/timed out/i);
    await hub.close();
    await slow.stop();
  });
});
