import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { answerTo, eventType, startScriptedHttp } from '../../support/scripted-http.ts';

it('tells where a stream can be taken up again, and takes one up without asking once more', async () => {
  const server = await startScriptedHttp();
  onTestFinished(() => server.stop());
  const result = { content: [{ type: 'text', text: 'yes' }] };
  const asked: string[] = [];
  let first: unknown;
  server.script = ({ request, response, message: { id, params } }) => {
    if (request.method === 'GET' && request.headers['last-event-id'] === '7') {
      asked.push('GET from 7');
      response.writeHead(200, eventType).end(`id: 8\ndata: ${answerTo(first, result)}\n\n`);
      return true;
    }
    if (params?.name !== 'odd') return false;
    asked.push('POST');
    first = id;
    response.writeHead(200, eventType).end(`id: 7\ndata: \n\nid: 8\ndata: ${answerTo(id, result)}\n\n`);
    return true;
  };
  const pool = openPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1 });
  await pool.ready();
  const tokens: string[] = [];
  const onresumptiontoken = (token: string): void => void tokens.push(token);
  expect(await pool.client.callTool({ name: 'odd' }, { onresumptiontoken })).toEqual(result);
  expect(tokens).toEqual(['7', '8']);
  expect(await pool.client.callTool({ name: 'odd' }, { resumptionToken: '7' })).toEqual(result);
  expect(asked).toEqual(['POST', 'GET from 7']);
});
