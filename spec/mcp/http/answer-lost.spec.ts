import type { ServerResponse } from 'node:http';
import { lastValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpPool, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { callOf } from '../../support/tool-call.ts';

let server: HttpServer;
let pool: McpPool;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(async () => {
  await pool.close();
  await server.stop();
});

const stream = { 'content-type': 'text/event-stream' };
/** Ways to take a request and not to answer it. */
const ways: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
  ['a stream that ends empty', (response) => response.writeHead(200, stream).end()],
  ['a stream that ends within an event', (response) => response.writeHead(200, stream).end('data: {"jsonrpc"')],
  ['202, as if nothing had been asked', (response) => response.writeHead(202).end()],
  [
    'a connection that breaks within the stream',
    (response) => response.writeHead(200, stream).write(': hello\n\n', () => response.socket?.resetAndDestroy()),
  ],
];

async function open(era: 'legacy' | 'modern', retry?: false): Promise<void> {
  pool = createMcpPool({
    transport: streamableHttp({ url: server.url }),
    era,
    minSize: 1,
    maxSize: 1,
    ...(retry === false && { retry }),
  });
  await pool.ready();
}

/** Does that to the first so many requests of the method; counts all of them. */
function losing(method: string, lose: (response: ServerResponse) => unknown, times: number): () => number {
  let asked = 0;
  server.gate = (_, response, body) => {
    if (!body.includes(`"${method}"`) || ++asked > times) return false;
    lose(response);
    return true;
  };
  return () => asked;
}

describe.each(['legacy', 'modern'] as const)('an answer that is lost (%s)', (era) => {
  it.each(ways)('by %s is asked for again where that does no harm', async (_, lose) => {
    await open(era);
    const asked = losing('tools/list', lose, 1);
    const { tools } = await pool.client.listTools();
    expect(tools).not.toEqual([]);
    expect(asked()).toBe(2);
  });

  it.each(ways)('by %s leaves the outcome of a call unknown, which is sent once', async (_, lose) => {
    await open(era);
    const asked = losing('tools/call', lose, 1);
    const error = await rejectionOf(lastValueFrom(of(callOf('echo', { message: 'x' })).pipe(withConnection(pool))));
    expect(error).toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN', cause: { code: 'MCP_ANSWER_LOST' } });
    expect(asked()).toBe(1);
    await pool.client.callTool({ name: 'echo', arguments: { message: 'the connection goes on' } });
    expect(pool.state.connects).toBe(1);
  });

  it.each(ways)('by %s is told as MCP_ANSWER_LOST where nothing is retried', async (_, lose) => {
    await open(era, false);
    losing('tools/call', lose, 1);
    const error = await rejectionOf(pool.client.callTool({ name: 'echo', arguments: { message: 'x' } }));
    expect(error).toMatchObject({ code: 'MCP_ANSWER_LOST' });
    expect(String(error)).toContain(`${server.url}: the answer will not come`);
  });
});
