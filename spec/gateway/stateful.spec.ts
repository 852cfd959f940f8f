import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { readConfig, serveTcp, tcp } from '../../lib/mcp/index.ts';
import { counterServer } from '../support/counter-server.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

/** A gateway of a server that keeps a counter for each connection, as a file says it. */
async function counting(
  options: Partial<GatewayOptions> = {},
  maxSize = 4,
): Promise<Gateway & { connections(): number }> {
  const server = await serveTcp(counterServer());
  onTestFinished(() => server.close());
  const { servers } = await readConfig({
    mcpServers: { counter: { url: 'http://127.0.0.1:1/mcp', pool: { stateful: true, maxSize } } },
  });
  const [counter] = servers;
  if (counter?.status !== 'ready') throw new Error('the entry cannot be used');
  const { transport: _, ...pool } = counter.options;
  // A client that says nothing for a while finds what it had.
  expect(pool.pinIdleMs).toBe(1_800_000);
  const gateway = await serveGateway({
    servers: { counter: { ...pool, transport: tcp({ port: server.port }) } },
    port: 0,
    ...options,
  });
  onTestFinished(() => gateway.close());
  return Object.assign(gateway, { connections: () => server.connections });
}

async function connected(url: string, mode: 'legacy' | 'auto', token = ''): Promise<Client> {
  const client = new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode } });
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client;
}

const add = async (client: Client): Promise<string> =>
  textOf(await client.callTool({ name: 'add', arguments: { by: 1 } }));

const principal: GatewayOptions['principal'] = ({ headers }) => headers.authorization;

describe('a server that keeps state', () => {
  it.each([{}, { principal }])('has a connection for each session, which ends with it: %o', async (options) => {
    const gateway = await counting(options);
    const [ann, other] = [await connected(gateway.url, 'legacy', 'ann'), await connected(gateway.url, 'legacy', 'ann')];
    expect([await add(ann), await add(ann), await add(other), await add(ann)]).toEqual(['1', '2', '1', '3']);
    const before = gateway.connections();
    await (ann.transport as StreamableHTTPClientTransport).terminateSession();
    await until(() => gateway.connections() < before);
    expect(await add(await connected(gateway.url, 'legacy', 'ann'))).toBe('1');
    expect(await add(other)).toBe('2');
  });

  it('has a connection for each principal of the modern era, which has no sessions', async () => {
    const gateway = await counting({ principal });
    const [ann, bob] = [await connected(gateway.url, 'auto', 'ann'), await connected(gateway.url, 'auto', 'bob')];
    expect(ann.getProtocolEra()).toBe('modern');
    expect([await add(ann), await add(ann), await add(bob)]).toEqual(['1', '2', '1']);
    expect(await add(await connected(gateway.url, 'auto', 'ann'))).toBe('3');
  });

  it('serves as many sessions as it may have connections', async () => {
    const gateway = await counting({}, 2);
    const sessions = [await connected(gateway.url, 'legacy'), await connected(gateway.url, 'legacy')];
    for (const session of sessions) expect((await session.listTools()).tools).toHaveLength(1);
    expect(await Promise.all(sessions.map(add))).toEqual(['1', '1']);
  });
});
