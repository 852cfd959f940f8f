import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientOfVersion1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOfVersion1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { type McpPool, createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { openAskingPool } from '../../support/asking-pool.ts';
import { everything } from '../../support/everything.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const info = { name: 'spec', version: '1.0.0' };
const capabilities = { sampling: {}, elicitation: {}, roots: {} };
const sampled = { model: 'm', role: 'assistant', content: { type: 'text', text: 'sampled' } } as const;
const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } };
const asking = { name: 'trigger-sampling-request', arguments: { prompt: 'p', maxTokens: 9 } };

/** A gateway before the reference server of others, which speaks the legacy era. */
async function everythingServed(): Promise<URL> {
  // With roots it would ask for them at some time, in the middle of whatever is under way.
  const { roots, ...others } = capabilities;
  const clientOptions = { capabilities: others };
  const pool = createMcpPool({ transport: stdio(everything), clientOptions, maxSize: 2 });
  ends.push(() => pool.close());
  return served(pool);
}

async function served(pool: McpPool): Promise<URL> {
  const gateway = await serveGateway({ pool, port: 0, drainMs: 500 });
  ends.push(() => gateway.close());
  return new URL(gateway.url);
}

async function connected(url: URL, mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client(info, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler('sampling/createMessage', () => sampled);
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///a' }] }));
  await client.connect(new StreamableHTTPClientTransport(url));
  ends.push(() => client.close());
  return client;
}

describe.each([
  ['version 2 in the legacy era', 'legacy'],
  ['version 2 in the modern era', 'auto'],
] as const)("the SDK's client, %s", (_, mode) => {
  const era = mode === 'auto' ? 'modern' : 'legacy';

  it('finds a server of the legacy era: tools, progress, and what is asked in the middle of a call', async () => {
    const client = await connected(await everythingServed(), mode);
    expect(client.getProtocolEra()).toBe(era);
    expect(client.getServerVersion()).toMatchObject({ name: 'mcp-servers/everything' });
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    expect((await client.listResources()).resources.length).toBeGreaterThan(0);
    const progress: number[] = [];
    await client.callTool(long, { onprogress: (told) => progress.push(told.progress) });
    expect(progress).toEqual([1, 2]);
    expect(textOf(await client.callTool(asking))).toContain('sampled');
  });

  it('is asked by a server of the modern era, over several rounds', async () => {
    const back = await openAskingPool('TCP');
    ends.push(() => back.stop());
    const client = await connected(await served(back.pool), mode);
    const asked = { name: 'ask', arguments: { asks: ['sampling', 'roots'], text: 't', times: 2 } };
    const answers = JSON.parse(textOf(await client.callTool(asked))) as object;
    expect(answers).toMatchObject({ sampling: { content: { text: 'sampled' } }, roots: { roots: [{}] } });
    expect(back.tools.calls).toBe(3);
  });

  it('cancels a call that takes too long, and goes on', async () => {
    const client = await connected(await everythingServed(), mode);
    const slow = { ...long, arguments: { duration: 5, steps: 50 } };
    await expect(client.callTool(slow, { timeout: 100 })).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toContain('hi');
  });
});

describe("the SDK's client, version 1", () => {
  it('calls tools, hears progress, is asked, cancels, and begins anew where its session is gone', async () => {
    const url = await everythingServed();
    const client = new ClientOfVersion1(info, { capabilities });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({ ...sampled }));
    const transport = new TransportOfVersion1(url);
    // Its types do not go with `exactOptionalPropertyTypes`.
    await client.connect(transport);
    ends.push(() => client.close());
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    const progress: number[] = [];
    await client.callTool(long, undefined, { onprogress: (told) => progress.push(told.progress) });
    expect(progress).toEqual([1, 2]);
    expect(textOf(await client.callTool(asking))).toContain('sampled');
    const abort = new AbortController();
    const slow = { ...long, arguments: { duration: 5, steps: 50 } };
    const call = client.callTool(slow, undefined, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(call).rejects.toThrow('enough');
    await transport.terminateSession();
    await expect(client.listTools()).rejects.toThrow();
  });

  it('hears on its stream that a resource has changed', async () => {
    const url = await everythingServed();
    const [first, second] = [new ClientOfVersion1(info), new ClientOfVersion1(info)];
    for (const client of [first, second]) {
      await client.connect(new TransportOfVersion1(url));
      ends.push(() => client.close());
    }
    const heard: unknown[] = [];
    first.fallbackNotificationHandler = (notification) => {
      heard.push(notification.method);
      return Promise.resolve();
    };
    const { uri = '' } = (await first.listResources()).resources[0] ?? {};
    await first.subscribeResource({ uri });
    await second.callTool({ name: 'toggle-subscriber-updates', arguments: {} });
    await until(() => heard.includes('notifications/resources/updated'), 15_000);
  });
});
