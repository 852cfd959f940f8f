import { afterEach, expect, describe, it } from 'vitest';
import type { GatewayOptions } from '../../../lib/gateway/index.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { HttpExchange, McpHttpClient } from '../../support/mcp-http-client.ts';
import { called, enveloped, listing, modernHeaders } from '../../support/modern-request.ts';
import { auth, tokens } from '../../support/principals.ts';
import { until } from '../../support/until.ts';

let server: FrontedGateway;
let ann: McpHttpClient;
let bob: McpHttpClient;
afterEach(() => server.stop());

async function open(era: 'legacy' | 'modern', gateway: Partial<GatewayOptions> = {}): Promise<void> {
  server = await FrontedGateway.open(era, { gateway: { auth, ...gateway } });
  ann = server.anotherClient(tokens.ann);
  bob = server.anotherClient(tokens.bob);
}

const done = { resultType: 'complete', content: [] };

describe('one principal', () => {
  it('has no more sessions than its share, and leaves the others theirs', async () => {
    await open('legacy', { sessions: { perPrincipal: 2 } });
    for (let i = 0; i < 2; i++)
      expect(await server.anotherClient(tokens.ann).introduce()).toMatchObject({ status: 200 });
    const { status, headers, messages } = await ann.introduce();
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(messages).toMatchObject([{ error: { message: 'you have too many sessions' } }]);
    expect(await bob.introduce()).toMatchObject({ status: 200 });
  });

  it('cannot take 10 000 sessions: there are 100', async () => {
    await open('legacy');
    const statuses: number[] = [];
    for (let i = 0; i < 103; i++) statuses.push((await server.anotherClient(tokens.ann).introduce()).status);
    expect(statuses.filter((status) => status === 200).length).toBe(100);
    expect(await bob.introduce()).toMatchObject({ status: 200 });
  });

  it('listens no more often than its share', async () => {
    await open('modern', { sessions: { perPrincipal: 1 } });
    const listen = (client: McpHttpClient): Promise<HttpExchange> =>
      client.begin('subscriptions/listen', enveloped({ notifications: { toolsListChanged: true } }), {
        headers: modernHeaders('subscriptions/listen'),
      });
    const first = await listen(ann);
    expect([first.status, (await listen(ann)).status, (await listen(bob)).status]).toEqual([200, 503, 200]);
    first.close();
    await until(async () => (await listen(ann)).status === 200);
  });

  it.each(['legacy', 'modern'] as const)(
    'does not have the others wait for all that it has asked, in the %s era',
    async (era) => {
      await open(era);
      const order: unknown[] = [];
      let answer: (() => void) | undefined;
      server.handles('tools/call', ({ id, params }, say) => {
        order.push((params?.['arguments'] as { of: string }).of);
        answer = () => say({ id, result: done });
      });
      const ask = (client: McpHttpClient, of: string): Promise<unknown> =>
        era === 'legacy'
          ? client.ask('tools/call', { name: 'x', arguments: { of } })
          : called(client, { arguments: { of } });
      if (era === 'legacy') {
        await ann.introduce();
        await bob.introduce();
      } else await listing(ann);
      const asked = [ask(ann, 'ann')];
      await until(() => order.length === 1);
      for (let i = 0; i < 3; i++) asked.push(ask(ann, 'ann'));
      await until(() => server.pool.state.waiting === 3);
      asked.push(ask(bob, 'bob'));
      await until(() => server.pool.state.waiting === 4);
      for (let i = 1; i <= 5; i++) {
        await until(() => order.length === i);
        answer?.();
      }
      await Promise.all(asked);
      expect(order.indexOf('bob')).toBeLessThan(3);
    },
  );
});
