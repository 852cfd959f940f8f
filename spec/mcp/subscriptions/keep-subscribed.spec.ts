import { McpServer } from '@modelcontextprotocol/server';
import type { ServerResponse } from 'node:http';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type McpPool, stdio, streamableHttp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { openPool, tellingPool } from '../../support/open-pool.ts';
import { accept, updated } from '../../support/telling-server.ts';
import { until } from '../../support/until.ts';

const uri = 'file:///a';

/** A server that knows subscriptions, and of whose lists only that of its tools changes. */
function changing(): McpServer {
  const product = new McpServer(
    { name: 'changing', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, resources: { subscribe: true } } },
  );
  product.server.setRequestHandler('tools/list', () => ({ tools: [] }));
  product.server.setRequestHandler('resources/subscribe', () => ({}));
  return product;
}

async function modernPool(): Promise<{ pool: McpPool; http: HttpServer }> {
  const http = await startHttpServer(changing);
  onTestFinished(() => http.stop());
  const pool = openPool({ transport: streamableHttp({ url: http.url }), era: 'modern', minSize: 1, maxSize: 1 });
  return { pool, http };
}

/** Says that it listens, and tells of nothing. */
function acknowledge(response: ServerResponse, body: string): true {
  const { id } = JSON.parse(body) as { readonly id: string };
  const params = { _meta: { 'io.modelcontextprotocol/subscriptionId': id }, notifications: {} };
  const message = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params };
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${JSON.stringify(message)}\n\n`);
  return true;
}

describe('a subscription', () => {
  it('waits for a server that is away, and says that something may have been missed', async () => {
    const { pool, server } = await tellingPool({ connectBackoff: { minMs: 1, maxMs: 20 }, checkoutTimeoutMs: 10 });
    const heard = vi.fn();
    const error = vi.fn();
    pool.resourceUpdates(uri).subscribe({ next: heard, error });
    await until(() => server.asked.length === 1);
    await server.stop();
    await until(() => pool.state.connectFailures > 3);
    expect(pool.state).toMatchObject({ waiting: 1, failedCheckouts: 0 });
    const again = await serveTcp(changing, { port: server.port });
    onTestFinished(() => again.close());
    await until(() => heard.mock.calls.length === 1);
    expect(error).not.toHaveBeenCalled();
  });

  it('is tried again where the server is busy or in trouble', async () => {
    const { pool, server } = await tellingPool({}, (message, say, nth) => {
      if (nth === 2) say({ id: message.id, error: { code: -32603, message: 'busy' } });
      else accept(message, say);
    });
    const heard = vi.fn();
    pool.resourceUpdates(uri).subscribe(heard);
    await until(() => server.asked.length === 1);
    for (const socket of server.sockets) socket.destroy();
    await until(() => heard.mock.calls.length === 1);
    expect(server.asked).toHaveLength(3);
  });

  it('is begun anew where the server ends it, though that refuses for now and cannot be reached', async () => {
    const { pool, http } = await modernPool();
    const streams: { destroy(): unknown }[] = [];
    http.gate = (_request, response, body) => {
      if (!body.includes('subscriptions/listen')) return false;
      const nth = streams.push(response);
      if (nth === 2) response.writeHead(503, { 'retry-after': '0' }).end();
      if (nth === 3) response.destroy();
      return nth === 2 || nth === 3;
    };
    const heard = vi.fn();
    pool.listChanges('tools').subscribe(heard);
    await until(() => streams.length === 1 && http.underWay() === 1);
    streams[0]?.destroy();
    await until(() => heard.mock.calls.length === 1);
    expect(streams).toHaveLength(4);
  });
});

describe('a subscription errors', () => {
  it('where the server knows no such method, and may be tried again', async () => {
    const { pool, server } = await tellingPool({}, ({ id }, say) => {
      say({ id, error: { code: -32601, message: 'no subscriptions here' } });
    });
    const refused = { code: -32601, message: 'no subscriptions here' };
    await expect(lastValueFrom(pool.resourceUpdates(uri))).rejects.toMatchObject(refused);
    await expect(lastValueFrom(pool.resourceUpdates(uri))).rejects.toMatchObject(refused);
    expect(server.asked).toHaveLength(2);
  });

  it('where the server listens but will not tell, and leaves no stream open', async () => {
    const { pool, http } = await modernPool();
    http.gate = (_request, response, body) => body.includes('subscriptions/listen') && acknowledge(response, body);
    const told = firstValueFrom(pool.listChanges('prompts'));
    await expect(told).rejects.toThrow('the server does not tell of promptsListChanged');
    await until(() => http.underWay() === 0);
  });

  it('where the server lets nobody in', async () => {
    const { pool, http } = await modernPool();
    await pool.ready();
    http.gate = (_request, response) => Boolean(response.writeHead(401).end());
    await expect(firstValueFrom(pool.listChanges('tools'))).rejects.toMatchObject({ status: 401 });
  });

  it('where connecting is of no use', async () => {
    const pool = openPool({ transport: stdio({ command: '/there/is/no/such/command' }) });
    await expect(firstValueFrom(pool.resourceUpdates(uri))).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED' });
  });
});

describe('a subscription of a pool of pinned connections', () => {
  it('is begun beside those to whom they belong, and waits for none of them', async () => {
    const { pool, server } = await tellingPool({ sharing: 'pinned', affinity: () => 'one' });
    const lease = await firstValueFrom(pool.checkout({ key: 'one' }));
    const heard = vi.fn();
    pool.resourceUpdates(uri).subscribe(heard);
    await until(() => server.asked.length === 1);
    server.say(updated(uri));
    await until(() => heard.mock.calls.length === 1);
    expect(pool.state).toMatchObject({ checkouts: 1, active: 1, waiting: 0 });
    lease.checkin();
  });
});
