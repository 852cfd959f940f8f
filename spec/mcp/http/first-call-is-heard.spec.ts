import type { ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { answerTo, eventType, jsonType, startScriptedHttp } from '../../support/scripted-http.ts';

it('a call with handlers waits for the stream on which the server may say what they are for', async () => {
  const server = await startScriptedHttp();
  onTestFinished(() => server.stop());
  let stream: ServerResponse | undefined;
  server.script = ({ request, response, message: { id, params } }) => {
    if (request.method === 'GET') {
      setTimeout(() => {
        stream = response.writeHead(200, eventType);
        stream.flushHeaders();
      }, 50);
      return true;
    }
    if (params?.name !== 'told') return false;
    const log = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'hello' } };
    stream?.write(`data: ${JSON.stringify(log)}\n\n`);
    setTimeout(() => response.writeHead(200, jsonType).end(answerTo(id, { content: [] })), 20);
    return true;
  };
  const pool = openPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1 });
  await pool.ready();
  for (let i = 0; i < 3; i++) {
    const heard: unknown[] = [];
    await pool.client.callTool({ name: 'told' }, { handlers: { log: ({ data }) => heard.push(data) } });
    expect(heard).toEqual(['hello']);
  }
});
