import { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMcpPool, restMsOf, streamableHttp, wasRefused } from '../../../lib/mcp/index.ts';
import { callEcho } from '../../support/call-echo.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { until } from '../../support/until.ts';

let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.stop());

const legacy = () => new Client({ name: 'spec', version: '1.0.0' });
const modern = () => new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });

describe.each([
  ['legacy', legacy],
  ['modern', modern],
])('streamableHttp in the %s era', (_, newClient) => {
  it('carries calls', async () => {
    const client = newClient();
    await client.connect(streamableHttp({ url: server.url }).create());
    expect(await callEcho(client, 'żółć 🌊')).toEqual({ type: 'text', text: 'żółć 🌊' });
    await client.close();
    await until(() => server.underWay() === 0);
  });

  it('gives up the request that is cancelled, at the server too', async () => {
    const client = newClient();
    await client.connect(streamableHttp({ url: server.url }).create());
    const abort = new AbortController();
    const sleeping = client.callTool({ name: 'sleep', arguments: { ms: 60_000 } }, { signal: abort.signal });
    const rejected = expect(sleeping).rejects.toThrow();
    await until(() => server.log.includes('POST tools/call'));
    abort.abort();
    await rejected;
    await until(async () => {
      const { content } = await client.callTool({ name: 'cancelled' });
      return JSON.stringify(content) === '[{"type":"text","text":"1"}]';
    });
    await client.close();
    await until(() => server.underWay() === 0);
  });
});

describe('a session', () => {
  it('is ended at the server by closing', async () => {
    const client = legacy();
    await client.connect(streamableHttp({ url: server.url }).create());
    expect(server.sessions.size).toBe(1);
    await client.close();
    await until(() => server.sessions.size === 0);
    expect(server.log.at(-1)).toBe('DELETE');
  });

  it('that has expired is begun anew once for all who meet that, and each request is sent once more', async () => {
    const client = legacy();
    await client.connect(streamableHttp({ url: server.url }).create());
    server.sessions.clear();
    const echoes = await Promise.all(Array.from({ length: 20 }, (_, i) => callEcho(client, String(i))));
    expect(echoes).toEqual(echoes.map((_, i) => ({ type: 'text', text: String(i) })));
    expect(server.log.filter((line) => line === 'POST initialize')).toHaveLength(2);
    await client.close();
  });

  it('that has expired ends the connection where it must not be begun anew', async () => {
    const client = legacy();
    const transport = streamableHttp({ url: server.url }).create({ renewSession: false });
    await client.connect(transport);
    server.sessions.clear();
    const error: unknown = await callEcho(client, 'late').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'MCP_SESSION_EXPIRED' });
    expect(wasRefused(error)).toBe(true);
    await until(() => transport.closed);
    expect(transport.failure).toBe(error);
  });
});

describe('a server that refuses', () => {
  it('tells how long it wants to be left alone', async () => {
    const client = legacy();
    await client.connect(streamableHttp({ url: server.url }).create());
    server.gate = (_, response) => Boolean(response.writeHead(503, { 'retry-after': '7' }).end('busy'));
    const error: unknown = await callEcho(client, 'x').catch((reason: unknown) => reason);
    expect(wasRefused(error)).toBe(true);
    expect(restMsOf(error)).toBe(7000);
    expect(String(error)).toContain(`${server.url} refused the request before processing it: 503`);
    server.gate = () => false;
    await client.close();
  });

  it('is asked for new tokens once by all connections that wait, and a second 401 is told', async () => {
    let token = 'token-of-yesterday';
    let refreshes = 0;
    const authProvider = {
      token: () => Promise.resolve(token),
      onUnauthorized: async () => {
        refreshes++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        token = `token-${refreshes}`;
      },
    };
    server.gate = ({ headers }, response) =>
      headers.authorization !== 'Bearer token-1' && Boolean(response.writeHead(401).end('token-of-yesterday'));
    const transport = streamableHttp({ url: server.url, authProvider });
    const clients = Array.from({ length: 10 }, legacy);
    await Promise.all(clients.map((client) => client.connect(transport.create())));
    expect(refreshes).toBe(1);
    token = 'nonsense-token';
    const [client] = clients;
    const error: unknown = await (client && callEcho(client, 'x').catch((reason: unknown) => reason));
    expect(error).toMatchObject({ status: 401 });
    expect(wasRefused(error)).toBe(true);
    await Promise.all(clients.map((one) => one.close()));
  });

  it('without a remedy is not tried again and again', async () => {
    let asked = 0;
    server.gate = (_, response) => {
      asked++;
      return Boolean(response.writeHead(403).end());
    };
    const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 1 });
    await expect(pool.ready()).rejects.toMatchObject({ cause: { status: 403 } });
    expect(asked).toBe(1);
    await pool.close();
  });
});

it('names a server that cannot be reached, with the code and without the credentials', async () => {
  const closed = await startHttpServer();
  await closed.stop();
  const transport = streamableHttp({ url: `${closed.url.replace('//', '//user:password-x@')}?key=query-secret` });
  expect(transport.target).toBe(closed.url);
  await expect(legacy().connect(transport.create())).rejects.toMatchObject({
    code: 'ECONNREFUSED',
    message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp: .*ECONNREFUSED/) as unknown,
  });
});

it('serves a pool', async () => {
  const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 2, maxSize: 4 });
  await pool.ready();
  const calls = Array.from({ length: 50 }, () => pool.client.callTool({ name: 'echo', arguments: { message: 'hi' } }));
  expect(await Promise.all(calls)).toHaveLength(50);
  await pool.close();
  await until(() => server.sessions.size === 0 && server.underWay() === 0);
});
