import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { type OddHttp, said, startOddHttp } from '../../support/odd-http.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { answerTo, eventType, jsonType, startScriptedHttp } from '../../support/scripted-http.ts';
import { textOf } from '../../support/tool-call.ts';

let { server, pool, odd, call }: OddHttp = {} as OddHttp;

beforeEach(async () => {
  ({ server, pool, odd, call } = await startOddHttp());
});

describe('an answer is understood', () => {
  const result = { content: [{ type: 'text', text: 'yes' }] };
  it.each<[string, (id: unknown) => [object, string]]>([
    ['with a byte order mark', (id) => [jsonType, `\uFEFF${answerTo(id, result)}`]],
    ['with its id as a string', (id) => [jsonType, answerTo(String(id), result)]],
    ['with `error: null` beside it', (id) => [jsonType, said({ id, result, error: null })]],
    ['in a batch', (id) => [jsonType, `[${said({ method: 'notifications/x' })},${answerTo(id, result)}]`]],
    ['in a batch on a stream', (id) => [eventType, `data: [${answerTo(id, result)}]\n\n`]],
    [
      'with parameters of its type',
      (id) => [{ 'content-type': 'Application/JSON; Charset=utf-8' }, answerTo(id, result)],
    ],
    ['on a stream with a byte order mark', (id) => [eventType, `\uFEFFdata: ${answerTo(id, result)}\r\n\r\n`]],
  ])('%s', async (_, body) => {
    odd((response, id) => {
      const [headers, text] = body(id);
      return response.writeHead(200, { ...headers }).end(text);
    });
    expect(textOf(await call('odd'))).toBe('yes');
  });

  it('that comes in many small chunks, with its length announced or not', async () => {
    const text = 'żółć'.repeat(50_000);
    for (const announced of [true, false]) {
      odd((response, id) => {
        const bytes = Buffer.from(answerTo(id, { content: [{ type: 'text', text }] }));
        response.writeHead(200, { ...jsonType, ...(announced && { 'content-length': bytes.length }) });
        for (let at = 0; at < bytes.length; at += 9999) response.write(bytes.subarray(at, at + 9999));
        return response.end();
      });
      expect(textOf(await call('odd'))).toBe(text);
    }
  });

  it.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('that is compressed by %s, though nobody asked for it', async (encoding, compress) => {
    const many = { content: [{ type: 'text', text: 'żółć'.repeat(50_000) }] };
    for (const type of [jsonType, eventType]) {
      odd((response, id) => {
        const text = answerTo(id, many);
        const bytes = compress(type === jsonType ? text : `data: ${text}\n\n`);
        const headers = { ...type, 'content-encoding': encoding, 'content-length': bytes.length };
        return response.writeHead(200, headers).end(bytes);
      });
      expect(textOf(await call('odd'))).toBe('żółć'.repeat(50_000));
    }
    odd((response) => response.writeHead(200, { ...jsonType, 'content-encoding': encoding }).end('no such thing'));
    expect(await rejectionOf(call('odd'))).toMatchObject({ code: 'MCP_ANSWER_LOST' });
  });

  it('after informational responses', async () => {
    odd((response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      return undefined;
    });
    await call('odd');
  });

  it.each([200, 400])('an error without an id, with %i, as that of the request', async (status) => {
    odd((response) =>
      response.writeHead(status, jsonType).end(said({ id: null, error: { code: -32_602, message: 'what?' } })),
    );
    expect(await rejectionOf(call('odd'))).toMatchObject({
      code: -32_602,
      message: expect.stringContaining('what?') as string,
    });
  });
});

describe('what is no answer fails its request at once, says what came, and costs no connection', () => {
  const html = '<html>Please log in with secret-of-ours</html>';
  it.each<[string, (response: ServerResponse, id: unknown) => unknown, RegExp]>([
    [
      'HTML',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end(html),
      /200, text\/html: '<html>Please log in with \*\*\*/,
    ],
    [
      'JSON that is cut short',
      (r) => r.writeHead(200, jsonType).end('{"jsonrpc":"2.0"'),
      /200, application\/json: '{"jsonrpc/,
    ],
    [
      'a body that breaks off',
      (r) => r.writeHead(200, { ...jsonType, 'content-length': 999 }).write('{', () => r.socket?.resetAndDestroy()),
      /cut off/,
    ],
    ['an empty body', (r) => r.writeHead(200, jsonType).end(), /200, application\/json: an empty body/],
    ['nothing at all', (r) => r.writeHead(200).end(), /200, no content type: an empty body/],
    ['204', (r) => r.writeHead(204).end(), /says nothing/],
    ['another object', (r) => r.writeHead(200, jsonType).end('{"message":"oh"}'), /'{"message":"oh"}'/],
    [
      'a gateway that has lost the server',
      (r) => r.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad'),
      /502, text\/html: '<h1>Bad'/,
    ],
    ['a gateway that has waited too long', (r) => r.writeHead(504).end(), /504, no content type: an empty body/],
  ])('%s', async (_, say, why) => {
    odd(say);
    const error = await rejectionOf(call('odd'));
    expect(error).toMatchObject({ code: 'MCP_ANSWER_LOST' });
    expect(String(error)).toMatch(why);
    expect(String(error)).toContain(server.url);
    expect(String(error).length).toBeLessThan(500);
    await call('even');
    expect(pool.state.connects).toBe(1);
  });
});

describe('a redirect', () => {
  const to = (status: number, location: string) => (response: ServerResponse) =>
    response.writeHead(status, { location }).end();

  it('within the origin is followed, with body and headers', async () => {
    server.script = ({ request, response, message: { params } }) => {
      if (params?.name !== 'odd' || request.url === '/there?x=1') return false;
      expect(request.headers['x-key']).toBe('secret-of-ours');
      return Boolean(to(307, '/there?x=1')(response));
    };
    await call('odd');
    expect(server.log.filter((line) => line === 'POST tools/call')).toHaveLength(2);
  });

  it('is followed five times at most', async () => {
    odd(to(308, '/mcp'));
    expect(String(await rejectionOf(call('odd')))).toMatch(
      /308 .*redirect to http:\/\/127.0.0.1:\d+\/mcp not followed/,
    );
    expect(server.log.filter((line) => line === 'POST tools/call')).toHaveLength(6);
  });

  it.each([301, 302, 303])('of %i is an error that names the place', async (status) => {
    odd(to(status, '/elsewhere?key=1'));
    expect(String(await rejectionOf(call('odd')))).toMatch(
      /redirect to http:\/\/127.0.0.1:\d+\/elsewhere not followed/,
    );
  });

  it('to another origin is an error, and that origin gets nothing', async () => {
    const other = await startScriptedHttp();
    onTestFinished(() => other.stop());
    odd(to(307, other.url));
    expect(String(await rejectionOf(call('odd')))).toContain(`redirect to ${other.url} not followed`);
    expect(other.log).toEqual([]);
  });
});

describe('whether a request was sent', () => {
  it('is known to be not so where no connection was made', async () => {
    // Not the port of a server that has stopped, which may soon be somebody else's: on this one nobody listens.
    const away = streamableHttp({ url: 'http://127.0.0.1:1/' }).create();
    await away.start();
    onTestFinished(() => away.close());
    const error = await rejectionOf(away.send({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    expect(error).toMatchObject({ code: 'ECONNREFUSED', sent: false });
  });

  it('may be so where the connection broke, or what answers speaks no HTTP', async () => {
    odd((response) => response.socket?.resetAndDestroy());
    expect(await rejectionOf(call('odd'))).toMatchObject({ sent: true });
    const other = createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const transport = streamableHttp({ url: `http://127.0.0.1:${(other.address() as AddressInfo).port}/mcp` }).create();
    await transport.start();
    const error = await rejectionOf(transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    expect(String(error)).toContain('HTTPParserError');
    expect(error).toMatchObject({ sent: true });
    await transport.close();
  });
});
