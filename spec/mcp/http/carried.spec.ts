import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type ConnectionTransport, streamableHttp } from '../../../lib/mcp/index.ts';
import type { CarriedRequest } from '../../../lib/mcp/transport/carried-request.ts';
import { type ScriptedHttp, answerTo, eventType, jsonType, startScriptedHttp } from '../../support/scripted-http.ts';
import { until } from '../../support/until.ts';

let server: ScriptedHttp;
let transport: ConnectionTransport;
let received: JSONRPCMessage[];
let lastId = 1e9;

async function open(options: Partial<Parameters<typeof streamableHttp>[0]> = {}): Promise<void> {
  transport = streamableHttp({ url: server.url, ...options }).create();
  received = [];
  transport.onmessage = (message) => received.push(message);
  await transport.start();
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'spec', version: '1' } };
  await transport.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  transport.setProtocolVersion?.('2025-06-18');
  await transport.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  received.length = 0;
  onTestFinished(transport.close.bind(transport));
}

class Request implements CarriedRequest {
  readonly id = ++lastId;
  readonly method = 'tools/call';
  readonly params: { readonly name: string };
  readonly outlasts = false;
  headers?: Readonly<Record<string, string>>;
  version?: string;
  isOver = false;
  carrier: CarriedRequest['carrier'];
  error: unknown;

  constructor(name = 'x') {
    this.params = { name };
  }

  fail(error: unknown): void {
    this.error ??= error;
  }

  carry(): this {
    const { id, method, params } = this;
    transport.carry(this, JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return this;
  }
}

const posts = (): number => server.log.filter((line) => line === 'POST tools/call').length;
const isAnswered = ({ id }: Request): boolean => received.some((message) => 'id' in message && message.id === id);

beforeEach(async () => {
  server = await startScriptedHttp();
  onTestFinished(() => server.stop());
});

describe('a carried request', () => {
  it('is answered by way of `received`', async () => {
    await open();
    const requests = Array.from({ length: 20 }, () => new Request().carry());
    await until(() => requests.every(isAnswered));
    expect(requests.map(({ error }) => error)).toEqual(requests.map(() => undefined));
  });

  it('is not sent where it is over, and fails at once where the connection is', async () => {
    await open();
    const over = Object.assign(new Request(), { isOver: true }).carry();
    await transport.close();
    expect(String(new Request().carry().error)).toContain('the connection is not open');
    expect([posts(), over.error]).toEqual([0, undefined]);
  });

  it('ends its stream when it is given up, and tells nobody', async () => {
    await open();
    let isClosed = false;
    server.script = ({ response, message }) => {
      if (message.method !== 'tools/call') return false;
      response.writeHead(200, eventType).flushHeaders();
      response.once('close', () => (isClosed = true));
      return true;
    };
    const request = new Request().carry();
    await until(() => posts() === 1);
    request.isOver = true;
    request.carrier?.abort();
    await until(() => isClosed);
    expect([request.error, received]).toEqual([undefined, []]);
  });

  it('is not sent where it is given up while it waits for a socket', async () => {
    await open();
    const request = new Request().carry();
    request.isOver = true;
    request.carrier?.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([posts(), request.error]).toEqual([0, undefined]);
  });

  it('fails with what stands in the way, without what is secret', async () => {
    await open({ headers: { 'x-key': 'secret-of-ours' } });
    server.script = ({ request, response, message }) =>
      message.method === 'tools/call' && Boolean(response.writeHead(500).end(String(request.headers['x-key'])));
    const request = new Request().carry();
    await until(() => request.error !== undefined);
    expect(request.error).toMatchObject({ status: 500, message: expect.stringContaining('***') as string });
    await server.stop();
    const other = new Request().carry();
    await until(() => other.error !== undefined);
    expect(other.error).toMatchObject({ code: 'ECONNREFUSED', sent: false });
  });

  it('has the headers of its era, and those of its caller but for what is reserved', async () => {
    await open({ headers: { 'x-tenant': 'all', 'x-key': 'of-all' } });
    let seen: Record<string, unknown> = {};
    server.script = ({ request, message }) => {
      if (message.method === 'tools/call') seen = request.headers;
      return false;
    };
    const request = new Request('żółć');
    request.version = '2026-07-28';
    request.headers = { 'X-Tenant': 'mine', 'Mcp-Method': 'lie', Authorization: 'lie', 'mcp-session-id': 'lie' };
    request.carry();
    await until(() => isAnswered(request));
    expect(seen).toMatchObject({
      ...{ 'x-tenant': 'mine', 'x-key': 'of-all', 'mcp-method': 'tools/call', 'mcp-protocol-version': '2026-07-28' },
      'mcp-name': `=?base64?${Buffer.from('żółć').toString('base64')}?=`,
    });
    expect([seen['authorization'], seen['mcp-session-id']]).toEqual([undefined, undefined]);
  });

  it('is sent once more in a session begun anew, once for all; a plain 400 after that is what it is', async () => {
    let sessions = 0;
    let isPicky = false;
    server.script = ({ request, response, message }) => {
      const session = request.headers['mcp-session-id'];
      if (message.method === 'initialize') {
        const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 's', version: '1' } };
        response.writeHead(200, { ...jsonType, 'mcp-session-id': `s${++sessions}` }).end(answerTo(message.id, result));
        return true;
      }
      const isRefused = session !== undefined && (session !== `s${sessions}` || isPicky) && message.id !== undefined;
      return isRefused && Boolean(response.writeHead(400).end('what do you want?'));
    };
    await open();
    sessions++;
    const requests = Array.from({ length: 50 }, () => new Request().carry());
    await until(() => requests.every(isAnswered));
    expect([sessions, server.log.filter((line) => line === 'POST initialize').length]).toEqual([3, 2]);
    isPicky = true;
    const request = new Request().carry();
    await until(() => request.error !== undefined);
    expect(request.error).toMatchObject({ status: 400 });
    expect([transport.closed, posts()]).toEqual([false, 102]);
  });

  it('meets a 401 fifty times at once with one refresh', async () => {
    let token = 'token-1';
    let refreshes = 0;
    const onUnauthorized = async (): Promise<void> => {
      refreshes++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      token = 'token-2';
    };
    server.script = ({ request, response, message }) =>
      message.method === 'tools/call' &&
      request.headers.authorization !== 'Bearer token-2' &&
      Boolean(response.writeHead(401).end());
    await open({ authProvider: { token: () => Promise.resolve(token), onUnauthorized } });
    const requests = Array.from({ length: 50 }, () => new Request().carry());
    await until(() => requests.every(isAnswered));
    expect([refreshes, posts()]).toEqual([1, 100]);
  });

  it('asks for the rest of its stream, and gives up where that brings nothing twice', async () => {
    const asked: unknown[] = [];
    let isStuck = false;
    server.script = ({ request, response, message }) => {
      if (message.method === 'tools/call') {
        response.writeHead(200, eventType).end(`id: ${isStuck ? 'stuck' : '1'}\nretry: 1\ndata:\n\n`);
        return true;
      }
      if (request.method !== 'GET') return false;
      asked.push(request.headers['last-event-id']);
      response.writeHead(200, eventType);
      if (isStuck) response.end();
      else if (asked.length < 4) response.end(`id: ${asked.length + 1}\ndata:\n\n`);
      else response.end(`data: ${answerTo(lastId)}\n\n`);
      return true;
    };
    await open();
    const request = new Request().carry();
    await until(() => isAnswered(request));
    expect(asked).toEqual(['1', '2', '3', '4']);
    isStuck = true;
    const other = new Request().carry();
    await until(() => other.error !== undefined);
    expect(other.error).toMatchObject({ code: 'MCP_ANSWER_LOST' });
    expect(asked.slice(4)).toEqual(['stuck', 'stuck']);
  });

  it('leaves nothing behind after ten thousand of them, and warns of nothing', { timeout: 60_000 }, async () => {
    const warnings: unknown[] = [];
    const warned = (warning: Error): unknown => warnings.push(warning.message);
    process.on('warning', warned);
    await open();
    for (let i = 0; i < 200; i++) {
      const requests = Array.from({ length: 50 }, () => new Request().carry());
      await until(() => requests.every(isAnswered));
      received.length = 0;
    }
    process.off('warning', warned);
    expect([warnings, server.sockets.size <= 52]).toEqual([[], true]);
  });
});
