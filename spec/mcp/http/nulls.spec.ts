import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { jsonType, startScriptedHttp } from '../../support/scripted-http.ts';

it('nulls for what is left out are understood over HTTP as over lines', async () => {
  const server = await startScriptedHttp();
  onTestFinished(() => server.stop());
  server.script = ({ response, message: { id, method } }) => {
    const introduction = {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {}, prompts: null },
      serverInfo: { name: 's', version: '1', title: null },
      instructions: null,
    };
    if (id === undefined) return false;
    const result = { ...(method === 'initialize' ? introduction : { content: [] }), _meta: null };
    response.writeHead(200, jsonType).end(JSON.stringify({ jsonrpc: '2.0', id, error: null, result }));
    return true;
  };
  const pool = openPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1 });
  expect(await pool.client.callTool({ name: 'x' })).toEqual({ content: [] });
});
