import { AsyncLocalStorage } from 'node:async_hooks';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ConnectionTransport, streamableHttp } from '../../../lib/mcp/index.ts';
import { type ScriptedHttp, eventType, startScriptedHttp } from '../../support/scripted-http.ts';
import { until } from '../../support/until.ts';

let server: ScriptedHttp;
let transport: ConnectionTransport;
let streams: ServerResponse[];
let heard: JSONRPCMessage[];
let missed: number;

beforeEach(async () => {
  streams = [];
  heard = [];
  missed = 0;
  server = await startScriptedHttp(({ request, response }) => {
    if (request.method !== 'GET') return false;
    response.writeHead(200, eventType).flushHeaders();
    streams.push(response);
    response.once('close', () => streams.splice(streams.indexOf(response), 1));
    return true;
  });
  onTestFinished(() => server.stop());
  transport = streamableHttp({ url: server.url }).create();
  await transport.start();
  transport.onmessage = (message) => heard.push(message);
  transport.missed$?.subscribe(() => missed++);
});
afterEach(() => transport.close());

const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'spec', version: '1' } };
const begin = async (): Promise<void> => {
  await transport.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: initialize });
  await transport.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
};
const gets = (): number => server.log.filter((line) => line === 'GET').length;
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const changed = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })}\n\n`;

describe('the stream for what is unasked', () => {
  it('is opened for the first who listens and ended with the last', async () => {
    await begin();
    await rest(50);
    expect(gets()).toBe(0);
    const leaves = [transport.listen?.(), transport.listen?.()];
    await until(() => streams.length === 1);
    streams[0]?.write(changed);
    await until(() => heard.some((message) => 'method' in message));
    leaves[0]?.();
    leaves[0]?.();
    await rest(20);
    expect(streams.length).toBe(1);
    leaves[1]?.();
    await until(() => streams.length === 0);
    transport.listen?.();
    await until(() => streams.length === 1);
    expect([gets(), missed]).toEqual([2, 0]);
  });

  it.each([200, 202, 204])('waits for the session, which begins with %i', async (status) => {
    const { script } = server;
    server.script = (asked) =>
      asked.message.method === 'notifications/initialized'
        ? Boolean(asked.response.writeHead(status).end())
        : script(asked);
    transport.listen?.();
    await transport.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: initialize });
    await rest(20);
    expect(gets()).toBe(0);
    await transport.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await until(() => streams.length === 1);
  });

  it('comes back after it was lost, and then says once that something may have been missed', async () => {
    await begin();
    transport.listen?.();
    await until(() => streams.length === 1);
    expect(missed).toBe(0);
    streams[0]?.destroy();
    await until(() => streams.length === 1 && gets() === 2);
    await until(() => missed === 1);
    await rest(50);
    expect(missed).toBe(1);
  });

  it('asks for the rest of it, where the server names its events', async () => {
    await begin();
    transport.listen?.();
    await until(() => streams.length === 1);
    let lastEventId: unknown;
    const { script } = server;
    server.script = (asked) => {
      lastEventId = asked.request.headers['last-event-id'];
      return script(asked);
    };
    streams[0]?.end('id: 17\nretry: 1\n' + changed);
    await until(() => streams.length === 1 && gets() === 2);
    expect(lastEventId).toBe('17');
  });

  it('comes back at once when a server that was away answers something', async () => {
    await begin();
    transport.listen?.();
    await until(() => streams.length === 1);
    vi.spyOn(Math, 'random').mockReturnValue(0.99);
    onTestFinished(() => void vi.restoreAllMocks());
    const { port, script } = server;
    await server.stop();
    await rest(3200);
    server = await startScriptedHttp(script, undefined, port);
    const back = server;
    onTestFinished(() => back.stop());
    // The third pause is one of nearly four seconds.
    await transport.send({ jsonrpc: '2.0', id: 2, method: 'ping' });
    const since = performance.now();
    await until(() => streams.length === 1);
    expect(performance.now() - since).toBeLessThan(1200);
    await until(() => missed === 1);
  }, 20_000);

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['405', (response) => response.writeHead(405).end()],
    ['404', (response) => response.writeHead(404).end()],
    ['HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')],
  ])('is not asked for again where the server answers %s', async (_, say) => {
    server.script = ({ request, response }) => request.method === 'GET' && Boolean(say(response));
    await begin();
    const leave = transport.listen?.();
    await until(() => gets() === 1);
    await rest(1300);
    leave?.();
    transport.listen?.();
    await rest(50);
    expect([gets(), missed]).toEqual([1, 0]);
  });

  it('is asked for after growing pauses where the server is in trouble', async () => {
    server.script = ({ request, response }) => {
      if (request.method !== 'GET') return false;
      if (gets() < 3) response.writeHead(503).end();
      else response.writeHead(200, eventType).flushHeaders();
      return true;
    };
    vi.spyOn(Math, 'random').mockReturnValue(0.1);
    onTestFinished(() => void vi.restoreAllMocks());
    await begin();
    transport.listen?.();
    await until(() => missed === 1);
    expect(gets()).toBe(3);
  });

  it('belongs to the connection, and not to the context of who was the first to listen', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const watched: typeof fetch = (url, init) => {
      if (init?.method === 'GET') seen.push(storage.getStore());
      return fetch(url, init);
    };
    const other = streamableHttp({ url: server.url, fetch: watched });
    transport = storage.run('of the connection', () => other.create());
    await transport.start();
    await begin();
    storage.run('of a caller', () => transport.listen?.());
    await until(() => seen.length === 1);
    expect(seen).toEqual(['of the connection']);
  });
});
