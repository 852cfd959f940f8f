import { from, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpPool, createMcpPool, stdio, tcp } from '../../../lib/mcp/index.ts';
import { everything } from '../../support/everything.ts';
import { type LineServer, type Message, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

let pool: McpPool;
let server: LineServer | undefined;
afterEach(async () => {
  await pool.close();
  await server?.stop();
  server = undefined;
});

/** Says so much progress and the result, all in one packet. */
function burstServer(count: number): Promise<LineServer> {
  return startLineServer(({ id, method, params }: Message, say, socket) => {
    if (method !== 'tools/call') {
      answer({ ...(id !== undefined && { id }), method }, initialising(), say);
      return;
    }
    const { progressToken } = Object(params?.['_meta']) as { progressToken?: number };
    const lines = Array.from({ length: count }, (_, i) => ({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken, progress: i + 1, total: count },
    }));
    const all = [...lines, { jsonrpc: '2.0', id, result: { content: [] } }];
    socket.write(all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
}

describe('stream', () => {
  it('emits all progress before the result, though they come in one packet', async () => {
    server = await burstServer(500);
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
    const requests = Array.from({ length: 20 }, () => ({ method: 'tools/call', params: { name: 'any' } }));
    const values = await lastValueFrom(
      from(requests).pipe(
        withConnection(pool, (connection, request) => connection.stream(request).pipe(toArray())),
        toArray(),
      ),
    );
    const expected = [...Array.from({ length: 500 }, (_, i) => ({ progress: i + 1, total: 500 })), { content: [] }];
    expect(values).toEqual(requests.map(() => expected));
  });

  it('emits what a server of others tells as it works, and completes with the result', async () => {
    pool = createMcpPool({ transport: stdio(everything) });
    const request = {
      method: 'tools/call',
      params: { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } },
    };
    const values = await lastValueFrom(
      from([request]).pipe(
        withConnection(pool, (connection, each) => connection.stream(each)),
        toArray(),
      ),
    );
    expect(values.slice(0, -1)).toMatchObject([1, 2, 3, 4].map((progress) => ({ progress, total: 4 })));
    expect(values.at(-1)).toHaveProperty('content');
  });

  it('cancels the request when its subscriber leaves in the middle of the progress', async () => {
    server = await burstServer(10);
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
    const request = { method: 'tools/call', params: { name: 'any' } };
    const first = await pool.use((connection) => connection.stream(request).pipe(take(1), toArray()));
    expect(first).toEqual([{ progress: 1, total: 10 }]);
    expect(await pool.use((connection) => connection.request({ method: 'ping' }))).toEqual({});
  });
});
