import { afterEach, describe, expect, it } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { HttpExchange, McpHttpClient } from '../../support/mcp-http-client.ts';
import { enveloped, modernHeaders } from '../../support/modern-request.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
let client: McpHttpClient;
afterEach(() => server.stop());

async function open(options: Parameters<typeof FrontedGateway.open>[1] = {}): Promise<void> {
  server = await FrontedGateway.open('modern', options);
  ({ client } = server);
}

type Fields = Readonly<Record<string, unknown>>;

describe('a client that listens', () => {
  async function listen(notifications: Fields): Promise<HttpExchange> {
    const headers = modernHeaders('subscriptions/listen');
    const exchange = await client.begin('subscriptions/listen', enveloped({ notifications }), { headers });
    await until(() => exchange.messages.length > 0);
    return exchange;
  }

  it('is told first what it will be told, and then that, by the id of its request', async () => {
    await open();
    server.handles('subscriptions/listen', ({ id, params }, say) => {
      const { notifications } = params as { notifications: object };
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
      say({ method: 'notifications/subscriptions/acknowledged', params: { notifications, _meta } });
    });
    const wanted = { toolsListChanged: true, resourceSubscriptions: ['file:///a'], odd: true };
    const exchange = await listen(wanted);
    await until(() => server.sent('subscriptions/listen').length === 2);
    for (const { id } of server.sent('subscriptions/listen')) {
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
      server.tells('notifications/prompts/list_changed', { _meta });
      server.tells('notifications/resources/updated', { uri: 'file:///b', _meta });
    }
    server.tells('notifications/tools/list_changed', {});
    server.tells('notifications/resources/updated', { uri: 'file:///a' });
    await until(() => exchange.messages.length === 3);
    const _meta = { 'io.modelcontextprotocol/subscriptionId': 1 };
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['file:///a'] };
    expect(exchange.messages[0]).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications, _meta },
    });
    expect(
      exchange.messages
        .slice(1)
        .map(({ method }) => method)
        .toSorted(),
    ).toEqual(['notifications/resources/updated', 'notifications/tools/list_changed']);
    for (const { params } of exchange.messages) expect(params).toMatchObject({ _meta });
    exchange.close();
    await until(() => server.sent('notifications/cancelled').length === 2);
  });

  it('is told to try later where too many listen', async () => {
    await open({ gateway: { sessions: { max: 1 } } });
    const first = await listen({});
    expect(await listen({})).toMatchObject({ status: 503 });
    first.close();
    await until(async () => (await listen({})).status === 200);
  });

  it('is told that it is the end when the gateway closes', async () => {
    await open();
    const exchange = await listen({});
    await server.gateway.close();
    await exchange.over;
    expect(exchange.messages.at(-1)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
  });
});
