import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMcpPool, restMsOf, streamableHttp, wasRefused } from '../../../lib/mcp/index.ts';
import { MOST_REST_MS, parseRetryAfter } from '../../../lib/mcp/http/retry-after.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { rejectionOf } from '../../support/rejection-of.ts';

const now = Date.UTC(2026, 10, 25, 12, 0, 0);

describe('parseRetryAfter', () => {
  it.each([
    ['7', 7000],
    [' 0 ', 0],
    ['Wed, 25 Nov 2026 12:00:30 GMT', 30_000],
    ['Wed, 25 Nov 2026 11:59:00 GMT', 0],
    ['Wednesday, 25-Nov-26 12:01:00 GMT', 60_000],
    ['Wed Nov 25 12:00:05 2026 GMT', 5000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', MOST_REST_MS],
    ['301', MOST_REST_MS],
    ['9'.repeat(400), MOST_REST_MS],
  ])('takes %j for %i ms', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });

  it.each([null, '', 'soon', '-5', '1.5', '0x10', '1e3', '7 s', '2026-11-25', 'Wed, 99 Foo 2026', 'NaN', 'Infinity'])(
    'takes %j for nothing',
    (value) => {
      expect(parseRetryAfter(value, now)).toBeUndefined();
    },
  );

  it('takes the oldest form of a date for one of Greenwich', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      expect(parseRetryAfter('Wed Nov 25 12:00:05 2026', now)).toBe(5000);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('a server that asks to be left alone', () => {
  let server: HttpServer;
  beforeEach(async () => {
    server = await startHttpServer();
  });
  afterEach(() => server.stop());

  /** Answers every call with the status and, if there is one, `Retry-After`. */
  async function refusedWith(status: number, after: string | undefined): Promise<unknown> {
    const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 1, retry: false });
    await pool.ready();
    server.gate = (_, response, body) =>
      body.includes('"tools/call"') &&
      Boolean(response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end());
    const error = await rejectionOf(pool.client.callTool({ name: 'echo', arguments: { message: 'x' } }));
    server.gate = () => false;
    await pool.close();
    return error;
  }

  it.each([429, 503])('is heard with %i, as seconds and as a date', async (status) => {
    const error = await refusedWith(status, '7');
    expect([wasRefused(error), restMsOf(error)]).toEqual([true, 7000]);
    const past = await refusedWith(status, 'Wed, 21 Oct 2015 07:28:00 GMT');
    expect([wasRefused(past), restMsOf(past)]).toEqual([true, 0]);
    const enormous = await refusedWith(status, new Date(Date.now() + 1e10).toUTCString());
    expect([wasRefused(enormous), restMsOf(enormous)]).toEqual([true, MOST_REST_MS]);
    const garbage = await refusedWith(status, 'when I am back');
    expect([wasRefused(garbage), restMsOf(garbage)]).toEqual([true, undefined]);
    expect(restMsOf(await refusedWith(status, undefined))).toBeUndefined();
  });

  it('is not heard with another status', async () => {
    const error = await refusedWith(500, '7');
    expect([wasRefused(error), restMsOf(error)]).toEqual([false, undefined]);
  });

  it('is asked again by the pool when it said so, and not before', async () => {
    const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 1, maxSize: 1 });
    await pool.ready();
    const asked: number[] = [];
    server.gate = (_, response, body) => {
      if (!body.includes('"tools/call"')) return false;
      asked.push(performance.now());
      return asked.length === 1 && Boolean(response.writeHead(429, { 'retry-after': '1' }).end());
    };
    await pool.client.callTool({ name: 'echo', arguments: { message: 'x' } });
    const [first = 0, second = 0] = asked;
    expect(asked).toHaveLength(2);
    expect(second - first).toBeGreaterThanOrEqual(990);
    await pool.close();
  });
});
