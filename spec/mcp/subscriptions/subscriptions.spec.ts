import { type McpServerFactory, McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stdio, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { everything } from '../../support/everything.ts';
import { openPool, tellingPool } from '../../support/open-pool.ts';
import { updated } from '../../support/telling-server.ts';
import { toolServer } from '../../support/tool-server.ts';
import { until } from '../../support/until.ts';

const uri = 'file:///a';

describe('resourceUpdates', () => {
  it('subscribes once on each connection, however many listen, and unsubscribes after the last', async () => {
    const { pool, server } = await tellingPool({ minSize: 3, maxSize: 3 });
    await pool.ready();
    const { asked, say } = server;
    const heard = [vi.fn(), vi.fn()];
    const subscriptions = heard.map((next) => pool.resourceUpdates(uri).subscribe(next));
    await until(() => asked.length === 3);
    say(updated(uri));
    say(updated('file:///another'));
    await until(() => heard[1]?.mock.calls.length === 1);
    for (const subscription of subscriptions) subscription.unsubscribe();
    await until(() => asked.length === 6);
    const [subscribe, unsubscribe] = [`resources/subscribe ${uri}`, `resources/unsubscribe ${uri}`];
    expect(asked).toEqual([subscribe, subscribe, subscribe, unsubscribe, unsubscribe, unsubscribe]);
    expect(pool.state.checkouts).toBe(0);
    expect(heard.map(({ mock }) => mock.calls)).toEqual([[[uri]], [[uri]]]);
  });

  it('subscribes anew when its connection is replaced, and says that something may have been missed', async () => {
    const { pool, server } = await tellingPool();
    const { asked, say } = server;
    const heard = vi.fn();
    pool.resourceUpdates(uri).subscribe(heard);
    await until(() => asked.length === 1);
    for (const socket of server.sockets) socket.destroy();
    await until(() => asked.length === 2);
    await until(() => heard.mock.calls.length === 1);
    say(updated(uri));
    await until(() => heard.mock.calls.length === 2);
  });

  it('completes with the pool', async () => {
    const { pool, server } = await tellingPool();
    const complete = vi.fn();
    pool.resourceUpdates(uri).subscribe({ complete });
    await until(() => server.asked.length === 1);
    await pool.close();
    await until(() => complete.mock.calls.length === 1);
  });

  it('errors where the server knows no subscriptions', async () => {
    const server = await serveTcp(toolServer());
    onTestFinished(() => server.close());
    const pool = openPool({ transport: tcp({ port: server.port }), minSize: 1 });
    const error = vi.fn();
    pool.resourceUpdates(uri).subscribe({ error });
    await until(() => error.mock.calls.length === 1);
  });

  it('is told by a server of others', async () => {
    const pool = openPool({ transport: stdio(everything) });
    const { resources } = await pool.client.listResources();
    const some = resources[0]?.uri ?? '';
    const error = vi.fn();
    const subscription = pool.resourceUpdates(some).subscribe({ error });
    await pool.client.ping();
    expect(error).not.toHaveBeenCalled();
    subscription.unsubscribe();
  });
});

describe('listChanges', () => {
  it('emits the name of the list, in the legacy era unasked', async () => {
    const { pool, server } = await tellingPool();
    const { asked, say } = server;
    const heard = vi.fn();
    pool.listChanges('tools').subscribe(heard);
    // An answer shows that the server has heard of the connection.
    await pool.client.ping();
    say({ method: 'notifications/prompts/list_changed' });
    say({ method: 'notifications/tools/list_changed' });
    await until(() => heard.mock.calls.length === 1);
    expect([heard.mock.calls, asked]).toEqual([[['tools']], []]);
  });

  it('is listened for at a modern server', async () => {
    const products: McpServer[] = [];
    const factory: McpServerFactory = () => {
      const product = new McpServer(
        { name: 'lists', version: '1.0.0' },
        { capabilities: { tools: { listChanged: true } } },
      );
      product.server.setRequestHandler('tools/list', () => ({ tools: [] }));
      products.push(product);
      return product;
    };
    const server = await serveTcp(factory);
    onTestFinished(() => server.close());
    const pool = openPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, era: 'auto' });
    const heard = vi.fn();
    const error = vi.fn();
    pool.listChanges('tools').subscribe({ next: heard, error });
    await until(() => {
      for (const product of products) product.sendToolListChanged();
      return heard.mock.calls.length > 0;
    });
    expect(error).not.toHaveBeenCalled();
  });

  it('knows three lists', () => {
    const pool = openPool({ transport: tcp({ port: 9 }), minSize: 0 });
    for (const list of ['roots', 'toString', '', undefined, null, ['tools'], Symbol('tools'), Object.create(null)]) {
      const call = (): unknown => pool.listChanges(list as never);
      expect(call).toThrow(TypeError);
      expect(call).toThrow('list must be one of tools, prompts, resources');
    }
    for (const uri of ['', undefined, ['a']]) expect(() => pool.resourceUpdates(uri as never)).toThrow(TypeError);
  });
});
