import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { startLineServer } from '../support/line-server.ts';
import { answer } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

const discover = {
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  resultType: 'complete',
  ttlMs: 0,
  cacheScope: 'private',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'asking', version: '1.0.0' } },
};
const messages = [{ role: 'user', content: { type: 'text', text: 'which?' } }];
const inputRequests = { which: { method: 'sampling/createMessage', params: { messages, maxTokens: 1 } } };

it('does not ask again in the modern era when the question is answered after the lease', async () => {
  const asked: string[] = [];
  const server = await startLineServer((message, say) => {
    asked.push(message.method);
    if (message.method === 'tools/call')
      say({ id: message.id, result: { resultType: 'input_required', inputRequests } });
    else answer(message, { 'server/discover': { result: discover } }, say);
  });
  const clientOptions = { capabilities: { sampling: {} } };
  const pool = createMcpPool({
    transport: tcp({ port: server.port }),
    minSize: 1,
    maxSize: 1,
    era: 'modern',
    clientOptions,
  });
  const lease = await firstValueFrom(pool.checkout());
  const { connection } = lease;
  let reply: (() => void) | undefined;
  connection.answer({
    sampling: () =>
      new Promise((resolve) => {
        reply = () => {
          resolve({ role: 'assistant', model: 'first', content: { type: 'text', text: 'this one' } });
        };
      }),
  });
  const call = connection.client.callTool({ name: 'ask' }).catch(String);
  await until(() => reply !== undefined);
  lease.checkin();
  reply?.();
  expect(await call).toContain('the lease is over');
  await pool.use((next) => next.check());
  expect(asked.filter((method) => method === 'tools/call')).toHaveLength(1);
  await pool.close();
  await server.stop();
});
