import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { said, startOddHttp } from '../../support/odd-http.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { eventType, jsonType } from '../../support/scripted-http.ts';

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
    const { pool, odd, call } = await startOddHttp();
    odd(say);
    const error = await rejectionOf(call('odd'));
    expect(error).toMatchObject({ code: 'INVALID_RESULT', message: expect.stringContaining(quote) as string });
    expect(pool.state).toMatchObject({ connects: 1, unhealthy: 0 });
  });
});
