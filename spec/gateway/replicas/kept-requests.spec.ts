import { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type McpPoolOptions, serveTcp, tcp } from '../../../lib/mcp/index.ts';
import { changingServer } from '../../support/changing-server.ts';
import { call, clientsOf, introduced, nodesOf, reached, two } from '../../support/replicas-of-gateway.ts';
import { until } from '../../support/until.ts';

/** A server whose tool says nothing, and the levels that it was told. */
async function talking(): Promise<{ readonly levels: unknown[]; readonly a: McpPoolOptions }> {
  const levels: unknown[] = [];
  const a = await reached(() => {
    const product = new McpServer({ name: 'talking', version: '1.0.0' }, { capabilities: { tools: {}, logging: {} } });
    const { server } = product;
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'talk', inputSchema: { type: 'object' } }] }));
    server.setRequestHandler('tools/call', () => ({ content: [] }));
    server.setRequestHandler('logging/setLevel', ({ params }) => {
      levels.push(params.level);
      return {};
    });
    return product;
  });
  return { levels, a };
}

describe('a session of the legacy era', () => {
  it('hears on its stream at the one node what is told at the other', async () => {
    const servers = await Promise.all([serveTcp(changingServer()), serveTcp(changingServer())]);
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.close()));
    });
    const nodes = await nodesOf(2, (n) => ({
      servers: { a: { transport: tcp({ port: servers[n]?.port ?? 0 }), maxSize: 1 } },
    }));
    const [one, other] = await introduced(nodes);
    const stream = await one.send(undefined, { method: 'GET', headers: { accept: 'text/event-stream' } });
    const uri = 'file:///a';
    await other.ask('resources/subscribe', { uri });
    await until(async () => {
      await other.ask('tools/call', call('change', { uri }));
      return stream.messages.length > 0;
    });
    expect(stream.messages[0]).toMatchObject({ method: 'notifications/resources/updated', params: { uri } });
    stream.close();
  });

  it('follows at the other node, where it begins anew, what it follows at the one', async () => {
    const nodes = await two({ servers: { a: await reached(changingServer()) } });
    const [one, other] = await introduced(nodes);
    const [uri, left] = ['file:///a', 'file:///b'];
    await one.ask('resources/subscribe', { uri });
    await one.ask('resources/subscribe', { uri: left });
    await one.ask('resources/unsubscribe', { uri: left });
    const stream = await other.send(undefined, { method: 'GET', headers: { accept: 'text/event-stream' } });
    await until(async () => {
      for (const each of [left, uri]) await other.ask('tools/call', call('change', { uri: each }));
      return stream.messages.length > 0;
    });
    for (const message of stream.messages) {
      expect(message).toMatchObject({ method: 'notifications/resources/updated', params: { uri } });
    }
    stream.close();
  });

  it('has the same level at the other node, where it begins anew', async () => {
    const { levels, a } = await talking();
    const nodes = await two({ servers: { a } });
    const [one, other] = await introduced(nodes);
    await one.ask('logging/setLevel', { level: 'debug' });
    await one.ask('logging/setLevel', { level: 'warning' });
    expect(levels).not.toContain('warning');
    await other.ask('tools/call', call('talk'));
    expect(levels).toEqual(['warning']);
  });

  it('has the level that it was given last, though it is begun anew by that', async () => {
    const { levels, a } = await talking();
    const nodes = await nodesOf(3, () => ({ servers: { a } }));
    const [one, other] = await introduced(nodes);
    const [, , third] = clientsOf(...nodes);
    await one.ask('logging/setLevel', { level: 'debug' });
    await other.ask('logging/setLevel', { level: 'error' });
    await nodes[0]?.close();
    if (third === undefined) throw new Error('there are three nodes');
    third.session = one.session;
    await third.ask('tools/call', call('talk'));
    expect(levels).toEqual(['error']);
  });
});
