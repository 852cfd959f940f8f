import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, serveGateway } from '../../lib/gateway/index.ts';
import { type McpPoolOptions, createMcpPool, serveTcp, tcp } from '../../lib/mcp/index.ts';
import { askingTools } from '../support/asking-tools.ts';
import { listingServer, reaching } from '../support/hub.ts';
import { McpHttpClient } from '../support/mcp-http-client.ts';
import { enveloped, modernHeaders } from '../support/modern-request.ts';
import { startTcpServer } from '../support/start-tcp-server.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

async function serving(servers: Readonly<Record<string, McpPoolOptions>>): Promise<Gateway> {
  const gateway = await serveGateway({ servers, port: 0, drainMs: 5000 });
  onTestFinished(() => gateway.close());
  return gateway;
}

describe.each(['legacy', 'auto'] as const)('for clients that ask for %s', (mode) => {
  const connected = async (gateway: Gateway, changed: () => void = () => undefined): Promise<Client> => {
    const tools = { autoRefresh: false, debounceMs: 0, onChanged: changed };
    const client = new Client(
      { name: 'spec', version: '1.0.0' },
      { versionNegotiation: { mode }, listChanged: { tools } },
    );
    await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url)));
    onTestFinished(() => client.close());
    return client;
  };
  const namesOf = async (client: Client): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);

  it('sessions stay, and hear of it', async () => {
    const same = reaching(await listingServer({ tools: ['one'] }));
    const gateway = await serving({ a: same, b: reaching(await listingServer({ tools: ['two'] })) });
    let told = 0;
    const client = await connected(gateway, () => told++);
    expect(await namesOf(client)).toEqual(['a__one', 'b__two']);
    await gateway.reload({ a: same, b: reaching(await listingServer({ tools: ['three'] })) });
    await until(() => told > 0);
    expect(await namesOf(client)).toEqual(['a__one', 'b__three']);
    expect(textOf(await client.callTool({ name: 'b__three' }))).toContain('three');
  });

  it('no call fails under load', async () => {
    const servers = [await startTcpServer(), await startTcpServer()];
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.stop()));
    });
    const entry = (n: number): McpPoolOptions => reaching(servers[n % 2] as { port: number }, { maxSize: 2 });
    const gateway = await serving({ a: entry(0) });
    const clients = await Promise.all(Array.from({ length: 6 }, () => connected(gateway)));
    let [calls, isOver] = [0, false];
    const callers = clients.map(async (client, n) => {
      while (!isOver) {
        const message = `${n} ${calls++}`;
        expect(textOf(await client.callTool({ name: 'echo', arguments: { message } }))).toBe(message);
      }
    });
    for (let turn = 1; turn <= 5; turn++) {
      const before = calls;
      await gateway.reload({ a: entry(turn) });
      await until(() => calls > before + 6);
    }
    isOver = true;
    await Promise.all(callers);
    expect(calls).toBeGreaterThan(30);
  });
});

it('lets a call of the modern era go on that waits for its client', async () => {
  const server = await serveTcp(askingTools().create);
  onTestFinished(() => server.close());
  const entry = (): McpPoolOptions => ({ transport: tcp({ port: server.port }), maxSize: 2, era: 'legacy' });
  const gateway = await serving({ a: entry() });
  const client = new McpHttpClient(gateway.url);
  onTestFinished(() => client.close());
  const ask = async (more: object = {}): Promise<Readonly<Record<string, unknown>>> => {
    const params = { name: 'ask', arguments: { asks: ['roots'], text: 'x' }, ...more };
    const headers = modernHeaders('tools/call', 'ask');
    const { result } = await client.ask('tools/call', enveloped(params, { roots: {} }), { headers });
    return result as Readonly<Record<string, unknown>>;
  };
  const { resultType, requestState, inputRequests } = await ask();
  expect(resultType).toBe('input_required');
  const reloaded = gateway.reload({ a: entry() });
  // Others are served by the new pool meanwhile.
  expect((await ask())['resultType']).toBe('input_required');
  const [name = ''] = Object.keys(inputRequests as object);
  const inputResponses = { [name]: { roots: [{ uri: 'file:///r' }] } };
  const answered = await ask({ requestState, inputResponses });
  expect(JSON.stringify(answered['content'])).toContain('file:///r');
  await reloaded;
});

it('is not for a pool, which is somebody else’s', async () => {
  const pool = createMcpPool(reaching(await listingServer({ tools: ['one'] })));
  onTestFinished(() => pool.close());
  const gateway = await serveGateway({ pool, port: 0 });
  onTestFinished(() => gateway.close());
  await expect(gateway.reload({})).rejects.toThrow(TypeError);
});
