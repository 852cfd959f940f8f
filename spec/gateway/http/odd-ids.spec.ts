import { expect, it, onTestFinished } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';

it.each(['\u0000anew', '\u0000also x', ''])('is answered whatever the id of its request is: %j', async (id) => {
  const server = await FrontedGateway.open();
  onTestFinished(() => server.stop());
  const { client } = server;
  await client.introduce();
  const { messages } = await client.post({ jsonrpc: '2.0', id, method: 'ping' });
  expect(messages).toEqual([{ jsonrpc: '2.0', id, result: {} }]);
});
