import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type Say, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

const messages = [{ role: 'user', content: { type: 'text', text: 'which one?' } }];

it('neither answers nor asks the server when its lease is over', async () => {
  const said: { readonly id?: unknown; readonly method: string | undefined }[] = [];
  let tell: Say = () => undefined;
  const server = await startLineServer((message, say) => {
    tell = say;
    said.push({ id: message.id, method: message.method });
    answer(message, initialising(), say);
  });
  const clientOptions = { capabilities: { sampling: {} } };
  const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, clientOptions });
  const lease = await firstValueFrom(pool.checkout());
  await until(() => said.length === 2);
  let reply: ((text: string) => void) | undefined;
  let ask: (() => Promise<unknown>) | undefined;
  lease.connection.client.setRequestHandler('sampling/createMessage', (_, { mcpReq }) => {
    ask = () => mcpReq.send({ method: 'ping' });
    return new Promise((resolve) => {
      reply = (text) => {
        resolve({ role: 'assistant', model: 'first', content: { type: 'text', text } });
      };
    });
  });
  tell({ id: 'q', method: 'sampling/createMessage', params: { messages, maxTokens: 1 } });
  await until(() => reply !== undefined);
  lease.checkin();
  reply?.('too late');
  await expect(ask?.()).rejects.toMatchObject({ code: 'POOL_LEASE_ENDED' });
  await pool.use((connection) => connection.check());
  expect(said.filter(({ method }) => method === 'ping')).toHaveLength(1);
  expect(said.filter(({ id }) => id === 'q')).toHaveLength(1);
  await pool.close();
  await server.stop();
});
