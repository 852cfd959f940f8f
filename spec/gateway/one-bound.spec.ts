import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, it, onTestFinished } from 'vitest';
import { serveGateway } from '../../lib/gateway/index.ts';
import { sharedAllowance } from '../../lib/index.ts';
import { createMcpPool, serveTcp, tcp } from '../../lib/mcp/index.ts';
import { McpHttpClient } from '../support/mcp-http-client.ts';
import { counterServer } from '../support/counter-server.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

const add = { name: 'add', arguments: { by: 1 } };

/** What clients of three classes announce. */
const classes = [{}, { sampling: {} }, { roots: {}, elicitation: {} }];

async function connected(url: string, capabilities: object): Promise<Client> {
  const client = new Client({ name: 'spec', version: '1.0.0' }, { capabilities });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  onTestFinished(() => client.close());
  return client;
}

it('holds for the clients of all classes together', async () => {
  const server = await serveTcp(counterServer());
  onTestFinished(() => server.close());
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, server.connections)), 5);
  onTestFinished(() => {
    clearInterval(watch);
  });
  const gateway = await serveGateway({
    servers: { a: { transport: tcp({ port: server.port }), maxSize: 4 } },
    port: 0,
  });
  onTestFinished(() => gateway.close());
  const clients = await Promise.all(classes.map((capabilities) => connected(gateway.url, capabilities)));
  const calls = clients.flatMap((client) =>
    Array.from({ length: 40 }, async () => {
      expect(textOf(await client.callTool({ name: 'add', arguments: { by: 1 } }))).toMatch(/^\d+$/);
    }),
  );
  await Promise.all(calls);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});

it('gives a class its connection once another one was idle for ten seconds, and says why not until then', async () => {
  const server = await serveTcp(counterServer());
  onTestFinished(() => server.close());
  const entry = { transport: tcp({ port: server.port }), maxSize: 1, checkoutTimeoutMs: 300 };
  const gateway = await serveGateway({ servers: { a: entry }, port: 0 });
  onTestFinished(() => gateway.close());
  const [able, unable] = [new McpHttpClient(gateway.url), new McpHttpClient(gateway.url)];
  onTestFinished(async () => {
    await Promise.all([able.close(), unable.close()]);
  });
  await able.introduce({ sampling: {} });
  const call = (client: McpHttpClient): Promise<Record<string, unknown>> => client.ask('tools/call', add);
  expect(await call(able)).toHaveProperty('result');
  await unable.introduce({});
  const { status, headers, messages } = await unable.post(unable.request('tools/call', add));
  expect([status, headers['retry-after']]).toEqual([503, '5']);
  expect(messages).toMatchObject([{ error: { code: -32_000, data: { code: 'POOL_CHECKOUT_TIMEOUT', allowed: 0 } } }]);
  expect(JSON.stringify(messages)).toContain('0 of 1 are allowed');
  await until(async () => 'result' in (await call(unable)), 20_000);
  expect(server.connections).toBe(1);
}, 60_000);

it('is shared between pools of a program in the same way', async () => {
  const server = await serveTcp(counterServer());
  onTestFinished(() => server.close());
  const allowance = sharedAllowance(2);
  const pools = [0, 1, 2].map(() =>
    createMcpPool({
      transport: tcp({ port: server.port }),
      minSize: 0,
      maxSize: 2,
      checkoutTimeoutMs: 30_000,
      allowance,
    }),
  );
  onTestFinished(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
  });
  await pools[0]?.client.ping();
  await pools[1]?.client.ping();
  // The third has none until one of the others was idle for ten seconds.
  await pools[2]?.client.ping();
  expect(server.connections).toBeLessThanOrEqual(2);
}, 60_000);
