import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type McpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { type ScriptedHttp, eventType, jsonType, startScriptedHttp } from '../../support/scripted-http.ts';

let server: ScriptedHttp;
let pool: McpPool;

beforeEach(async () => {
  server = await startScriptedHttp();
  onTestFinished(() => server.stop());
  const headers = { 'x-key': 'secret-of-ours' };
  pool = openPool({ transport: streamableHttp({ url: server.url, headers }), minSize: 1, maxSize: 1, retry: false });
  await pool.ready();
});

/** Answers calls of the tool `odd` so. */
function odd(say: (response: ServerResponse, id: unknown) => unknown): void {
  server.script = ({ response, message: { id, params } }) => params?.name === 'odd' && say(response, id) !== undefined;
}

const call = (name: string) => pool.client.callTool({ name }, { timeout: 5000 });
const said = (content: unknown): string => JSON.stringify({ jsonrpc: '2.0', ...(content as object) });

describe('an answer of an impossible shape fails its request at once, as over lines', () => {
  it.each<[string, (response: ServerResponse, id: unknown) => unknown, string]>([
    ['a result of a wrong type', (r, id) => r.writeHead(200, jsonType).end(said({ id, result: 'x' })), '"x"'],
    ['a result that is null', (r, id) => r.writeHead(200, jsonType).end(said({ id, result: null })), 'null'],
    [
      'an error that is a text',
      (r, id) => r.writeHead(200, eventType).end(`data: ${said({ id, error: 'full' })}\n\n`),
      '"full"',
    ],
    ['no jsonrpc', (r, id) => r.writeHead(200, jsonType).end(JSON.stringify({ id, result: [] })), '[]'],
  ])('%s', async (_, say, quote) => {
    odd(say);
    const error = await rejectionOf(call('odd'));
    expect(error).toMatchObject({ code: 'INVALID_RESULT', message: expect.stringContaining(quote) as string });
    expect(pool.state).toMatchObject({ connects: 1, unhealthy: 0 });
  });
});
