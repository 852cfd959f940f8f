import type { Client } from '@modelcontextprotocol/client';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../../lib/index.ts';
import { type McpConnection, type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type AskedServer, startAskedServer } from '../../support/asked-server.ts';
import { until } from '../../support/until.ts';

const call = { name: 'slow', arguments: {} };
const info = 'notifications/message';

let server: AskedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startAskedServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
});
afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
});

async function open(options: Partial<McpPoolOptions> = {}): Promise<void> {
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, ...options });
  await pool.ready();
}

function lease(): Promise<Lease<McpConnection>> {
  return firstValueFrom(pool.checkout());
}

describe('what is set at a client', () => {
  /** Lets the server say one thing in a use of its own, so that whoever hears it does. */
  async function say(text: string): Promise<void> {
    const next = await lease();
    const answered = next.connection.client.callTool(call);
    await until(() => server.calls.length === 1);
    server.answerAll({ method: info, params: { level: 'info', data: text } });
    await answered;
    next.checkin();
  }

  it('is what it was before when the lease ends, however often it was set', async () => {
    const heard: string[] = [];
    const hear = (who: string) => (client: Client) => {
      client.setNotificationHandler(info, ({ params }) => void heard.push(`${who}: ${String(params.data)}`));
    };
    await open({ onClient: hear('pool') });
    await say('1');
    const first = await lease();
    hear('first')(first.connection.client);
    hear('first again')(first.connection.client);
    first.checkin();
    await say('2');
    const second = await lease();
    second.connection.client.removeNotificationHandler(info);
    second.checkin();
    await say('3');
    expect(heard).toEqual(['pool: 1', 'pool: 2', 'pool: 3']);
  });

  it('is taken back where nothing was set before', async () => {
    const heard: unknown[] = [];
    const hear = (...what: unknown[]): void => {
      heard.push(what);
    };
    await open();
    const first = await lease();
    const { client } = first.connection;
    client.setNotificationHandler('notifications/tools/list_changed', hear);
    client.fallbackNotificationHandler = (notification) =>
      Promise.resolve(heard.push(notification)).then(() => undefined);
    client.fallbackRequestHandler = (request) => Promise.resolve({ asked: request.method });
    client.onerror = hear;
    if (client.transport) client.transport.onmessage = hear;
    first.checkin();
    const next = await lease();
    const ask = next.connection.client.callTool(call);
    await until(() => server.calls.length === 1);
    server.answerAll(
      { method: 'notifications/tools/list_changed' },
      { method: 'notifications/x' },
      { id: 'unheard of', result: {} },
    );
    await ask;
    expect(heard).toEqual([]);
    expect(next.connection.client).toMatchObject({ fallbackRequestHandler: undefined, onerror: undefined });
  });

  it('is of one holder where a connection is shared, whoever leaves first', async () => {
    await open({ sharing: 'multiplex' });
    const [a, b] = [await lease(), await lease()];
    const [heardBy, other]: [string[], string[]] = [[], []];
    a.connection.client.setNotificationHandler(info, ({ params }) => void heardBy.push(String(params.data)));
    b.connection.client.setNotificationHandler(info, ({ params }) => void other.push(String(params.data)));
    a.checkin();
    await say('1');
    b.checkin();
    await say('2');
    expect([heardBy, other]).toEqual([[], ['1']]);
  });
});

describe('a resource that a holder subscribed to', () => {
  const params = { uri: 'a:b' };

  it.each<[string, (connection: McpConnection) => Promise<unknown>]>([
    ['its client', ({ client }) => client.subscribeResource(params)],
    ['a request of its client', ({ client }) => client.request({ method: 'resources/subscribe', params })],
    ['a request', (connection) => firstValueFrom(connection.request({ method: 'resources/subscribe', params }))],
  ])('is left when the lease ends, by %s', async (_, subscribe) => {
    await open();
    await pool.use(subscribe);
    await until(() => server.methods.includes('resources/unsubscribe'));
  });

  it('is not left where it was left before', async () => {
    await open();
    await pool.use(async ({ client }) => {
      await client.subscribeResource(params);
      await client.unsubscribeResource(params);
    });
    await pool.use((next) => next.check());
    expect(server.methods.filter((method) => method === 'resources/unsubscribe')).toHaveLength(1);
  });

  it('is not left where the pool listens to it on the same connection', async () => {
    await open();
    const listening = pool.resourceUpdates(params.uri).subscribe();
    await until(() => server.methods.includes('resources/subscribe'));
    await until(() => pool.state.idle === 1);
    await pool.use(({ client }) => client.subscribeResource(params));
    await pool.use((next) => next.check());
    expect(server.methods).not.toContain('resources/unsubscribe');
    listening.unsubscribe();
    await until(() => server.methods.includes('resources/unsubscribe'));
  });
});
