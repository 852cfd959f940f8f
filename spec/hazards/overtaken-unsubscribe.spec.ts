import { McpServer } from '@modelcontextprotocol/server';
import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../lib/mcp/index.ts';
import { startHttpServer } from '../support/http-server.ts';
import { openPool } from '../support/open-pool.ts';
import { until } from '../support/until.ts';

const uri = 'file:///a';

it('subscribes anew only when the server has heard that the last listener had left, though requests overtake each other', async () => {
  const asked: string[] = [];
  const server = await startHttpServer(() => {
    const product = new McpServer(
      { name: 'telling', version: '1.0.0' },
      { capabilities: { resources: { subscribe: true } } },
    );
    for (const method of ['resources/subscribe', 'resources/unsubscribe'] as const) {
      product.server.setRequestHandler(method, () => {
        asked.push(method);
        return {};
      });
    }
    return product;
  });
  onTestFinished(() => server.stop());
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  server.gate = async (_request, _response, body) => {
    if (body.includes('resources/unsubscribe')) await held;
    return false;
  };
  const pool = openPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1 });
  const first = pool.resourceUpdates(uri).subscribe();
  await until(() => asked.length === 1);
  first.unsubscribe();
  pool.resourceUpdates(uri).subscribe();
  await until(() => server.log.includes('POST resources/unsubscribe'));
  // Had it been sent, it would be there before this.
  await fetch(server.url, { method: 'POST', body: '{"method":"probe"}' });
  expect(asked).toEqual(['resources/subscribe']);
  goOn();
  await until(() => asked.length === 3);
  expect(asked).toEqual(['resources/subscribe', 'resources/unsubscribe', 'resources/subscribe']);
});
