import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginningOf, eachEvent, guardedBody, wholeBody } from '../../../lib/mcp/http/body-guard.ts';
import { type McpPool, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { bytesInUse } from '../../support/memory.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { until } from '../../support/until.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const mebibyte = 1024 * 1024;
const limit = 64 * 1024;

describe('eachEvent', () => {
  it.each(['\n', '\r\n', '\r'])('counts anew after an empty line, which %j ends', (end) => {
    const check = eachEvent(20);
    const event = `data: 0123456789${end}${end}`;
    for (let i = 0; i < 10; i++) expect(() => check(bytes(event))).not.toThrow();
    expect(() => {
      check(bytes(`data: 0123456789${end}data: 0123456789${end}`));
    }).toThrow(RangeError);
  });

  it('refuses one that ends within the chunk in which it becomes too long', () => {
    expect(() => {
      eachEvent(20)(bytes(`data: ${'0'.repeat(20)}\n\n`));
    }).toThrow('a message of at least 28 bytes');
  });

  it.each([1, 2, 3, 7])('does so wherever the chunks of %i bytes are cut', (size) => {
    const check = eachEvent(20);
    const text = 'data: 0123456789\r\n\r\n'.repeat(10);
    for (let at = 0; at < text.length; at += size) check(bytes(text.slice(at, at + size)));
    expect(() => {
      for (let at = 0; at < 40; at += size) check(bytes('x'.repeat(size)));
    }).toThrow('the limit is 20 (maxMessageBytes)');
  });
});

describe('guardedBody', () => {
  it('reads no more than is asked for, and cancels what it reads from', async () => {
    let pulled = 0;
    let cancelled: unknown;
    const source = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulled++;
          controller.enqueue(bytes('x'));
        },
        cancel: (why) => {
          cancelled = why;
        },
      },
      { highWaterMark: 0 },
    );
    const faults: unknown[] = [];
    const reader = guardedBody(source, wholeBody(10), (fault) => faults.push(fault)).getReader();
    await reader.read();
    expect(pulled).toBe(1);
    await reader.cancel('enough');
    expect([cancelled, faults]).toEqual(['enough', [undefined]]);
  });

  it('fails with what the body fails with', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.error(new Error('broken'));
      },
    });
    const faults: unknown[] = [];
    const body = guardedBody(broken, wholeBody(10), (fault) => faults.push(fault));
    await expect(body.getReader().read()).rejects.toThrow('broken');
    expect(faults).toEqual([new Error('broken')]);
  });

  it('lets a body of exactly the limit pass', async () => {
    const text = await new Response(
      guardedBody(new Blob(['0123456789']).stream(), wholeBody(10), () => undefined),
    ).text();
    expect(text).toBe('0123456789');
  });
});

it('takes the beginning of a body and leaves the rest', async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(bytes('abc'));
    },
    cancel: () => void (cancelled = true),
  });
  expect(await beginningOf(endless, 7)).toBe('abcabca');
  expect([cancelled, await beginningOf(null, 7)]).toEqual([true, '']);
});

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
