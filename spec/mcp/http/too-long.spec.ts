import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { bytesInUse } from '../../support/memory.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { until } from '../../support/until.ts';

const mebibyte = 1024 * 1024;
const limit = 64 * 1024;

describe('a server that says too much', () => {
  let server: HttpServer;
  let pool: McpPool;
  beforeEach(async () => {
    server = await startHttpServer();
  });
  afterEach(async () => {
    await pool.close();
    await server.stop();
  });

  const eventStream = { 'content-type': 'text/event-stream' };

  /** Writes until nobody listens any more, as fast as it is read. */
  async function writeForEver(response: ServerResponse, chunk: string): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    while (!gone.signal.aborted) {
      if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
    }
  }

  const ways: readonly (readonly [string, (response: ServerResponse, id: unknown) => unknown])[] = [
    [
      'a body of JSON over the limit',
      (response, id) => {
        const result = { content: [{ type: 'text', text: 'x'.repeat(limit) }] };
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      },
    ],
    [
      'a body of JSON that never ends',
      (response) => writeForEver(response.writeHead(200, { 'content-type': 'application/json' }), '['.repeat(limit)),
    ],
    [
      'an event over the limit',
      (response, id) => {
        const result = { content: [{ type: 'text', text: 'x'.repeat(limit) }] };
        response.writeHead(200, eventStream).write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`);
      },
    ],
    ['an event without an end', (response) => writeForEver(response.writeHead(200, eventStream), 'x'.repeat(limit))],
    [
      'an event of lines without an end',
      (response) => writeForEver(response.writeHead(200, eventStream), 'data: x\n'.repeat(99)),
    ],
    [
      'an event over the limit with an id, which could be asked for again',
      (response) => response.writeHead(200, eventStream).write(`retry: 1\nid: 1\ndata:\n\ndata: ${'x'.repeat(limit)}`),
    ],
  ];

  describe.each(['legacy', 'modern'] as const)('(%s)', (era) => {
    it.each(ways)('by %s fails that request, and the pool goes on', async (_, say) => {
      const transport = streamableHttp({ url: server.url, maxMessageBytes: limit });
      pool = createMcpPool({ transport, era, minSize: 1, maxSize: 1 });
      await pool.ready();
      let asked = 0;
      server.gate = (__, response, body) => {
        if (!body.includes('"too much"')) return false;
        asked++;
        void say(response, (JSON.parse(body) as { id: unknown }).id);
        return true;
      };
      const before = bytesInUse();
      const call = pool.client.callTool({ name: 'echo', arguments: { message: 'too much' } });
      const error = await rejectionOf(call);
      expect(String(error)).toMatch(/a message of at least \d+ bytes: the limit is 65536 \(maxMessageBytes\)/);
      expect(bytesInUse() - before).toBeLessThan(8 * mebibyte);
      await pool.client.callTool({ name: 'echo', arguments: { message: 'hi' } });
      expect([asked, pool.state.connects]).toEqual([1, 1]);
      if (era === 'modern') await until(() => server.underWay() === 0);
    });
  });
});
