import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { type ScriptedHttp, answerTo, jsonType, startScriptedHttp } from '../../support/scripted-http.ts';

let server: ScriptedHttp;
beforeEach(async () => {
  server = await startScriptedHttp();
  onTestFinished(() => server.stop());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

type Options = Parameters<typeof streamableHttp>[0];

const one = (options: Partial<Options> = {}) =>
  openPool({ transport: streamableHttp({ url: server.url, ...options }), minSize: 1, maxSize: 1, retry: false });

describe('a proxy of the environment', () => {
  /** Says which requests it got, and passes them on to the server wherever they were meant to go. */
  async function proxy(to: () => number, refuses = false): Promise<{ address: string; log: string[] }> {
    const log: string[] = [];
    const product = createHttp((request, response) => {
      log.push(`${request.method} ${request.url}`);
      let text = '';
      request
        .on('data', (chunk) => (text += String(chunk)))
        .on('end', () => {
          if (text === '') return void response.writeHead(405).end();
          const { id, method, params } = JSON.parse(text) as {
            id?: number;
            method: string;
            params?: { protocolVersion: string };
          };
          const result = {
            protocolVersion: params?.protocolVersion,
            capabilities: {},
            serverInfo: { name: 's', version: '1' },
          };
          if (id === undefined) response.writeHead(202).end();
          else response.writeHead(200, jsonType).end(answerTo(id, method === 'initialize' ? result : { content: [] }));
        });
    });
    product.on('connect', (request, socket) => {
      log.push(`CONNECT ${request.url}`);
      if (refuses) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const tunnel = connect(to(), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(tunnel).pipe(socket);
      });
      tunnel.on('error', () => socket.destroy());
      socket.on('error', () => tunnel.destroy());
    });
    await once(product.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      product.closeAllConnections();
      product.close();
    });
    return { address: `http://user:password@127.0.0.1:${(product.address() as AddressInfo).port}`, log };
  }

  it('gets the whole address of plain HTTP, and no CONNECT', async () => {
    const { address, log } = await proxy(() => server.port);
    vi.stubEnv('HTTP_PROXY', address);
    const pool = one({ url: 'http://mcp.test/mcp' });
    await pool.client.callTool({ name: 'x' });
    expect(log).toContain('POST http://mcp.test/mcp');
    expect(log.filter((line) => !/^[A-Z]+ http:\/\/mcp\.test\/mcp$/.test(line))).toEqual([]);
  });

  it('opens a tunnel for HTTPS', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'mcp.test' }]);
    const secure = await startScriptedHttp(undefined, (listener) => createHttps({ key, cert }, listener));
    onTestFinished(() => secure.stop());
    const { address, log } = await proxy(() => secure.port);
    vi.stubEnv('HTTPS_PROXY', address);
    const pool = one({ url: 'https://mcp.test/mcp', tls: { ca: cert } });
    await pool.client.callTool({ name: 'x' });
    expect(new Set(log)).toEqual(new Set(['CONNECT mcp.test:443']));
    await pool.close();
  });

  it('that refuses the tunnel has sent nothing', async () => {
    const { address } = await proxy(() => 0, true);
    vi.stubEnv('HTTPS_PROXY', address);
    const transport = streamableHttp({ url: 'https://mcp.test/mcp' }).create();
    await transport.start();
    const error = await rejectionOf(transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('403') as string });
    await transport.close();
  });

  it.each([
    ['for this machine', {}, undefined],
    ['where NO_PROXY names the server', { url: 'http://mcp.test/mcp' }, 'other.test,mcp.test'],
    ['where NO_PROXY is *', { url: 'http://mcp.test/mcp' }, '*'],
  ])('is not used %s', async (_, options, except) => {
    const { address, log } = await proxy(() => server.port);
    vi.stubEnv('http_proxy', address);
    if (except !== undefined) vi.stubEnv('NO_PROXY', except);
    const transport = streamableHttp({ url: server.url, ...options }).create();
    await transport.start();
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' }).catch(() => undefined);
    expect(log).toEqual([]);
    await transport.close();
  });

  it('whose address is none is told without the address', async () => {
    vi.stubEnv('HTTP_PROXY', 'user:password-of-proxy');
    const transport = streamableHttp({ url: 'http://mcp.test/mcp' }).create();
    await transport.start();
    const error = await rejectionOf(transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    expect(String(error)).toMatch(/HTTP_PROXY or HTTPS_PROXY/);
    expect(JSON.stringify(error) + String(error)).not.toContain('password-of-proxy');
    await transport.close();
  });
});
