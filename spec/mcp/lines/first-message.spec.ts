import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type NetConnectOpts, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { McpServer } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServeTcpOptions, type TcpServer, serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { until } from '../../support/until.ts';

const message = (rest: Readonly<Record<string, unknown>>): string => JSON.stringify({ jsonrpc: '2.0', ...rest });
const clientInfo = { name: 'page', version: '1.0.0' };
const initialize = message({
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
});
const call = [
  initialize,
  message({ method: 'notifications/initialized' }),
  message({ id: 2, method: 'tools/call', params: { name: 'delete', arguments: {} } }),
];
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

let server: TcpServer;
let faults: string[];
let made: number;
let ran: number;

async function serve(options: ServeTcpOptions = {}): Promise<void> {
  server = await serveTcp(
    () => {
      made++;
      const mcp = new McpServer({ name: 'spec', version: '1.0.0' });
      mcp.registerTool('delete', { description: 'counts' }, () => {
        ran++;
        return { content: [] };
      });
      return mcp;
    },
    { onerror: (error) => faults.push(error.message), ...options },
  );
}

function client(at: NetConnectOpts = { port: server.port, host: '127.0.0.1' }): Socket {
  return connect(at)
    .on('error', () => undefined)
    .resume();
}

/** Resolves when it is, by a reset too. */
function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

beforeEach(() => {
  faults = [];
  made = ran = 0;
});

afterEach(() => server.close());

describe('a client of serveTcp that does not begin with a message', () => {
  it.each([
    ['an HTTP request', lines('POST / HTTP/1.1\r', 'Origin: https://evil.example\r', '\r', ...call)],
    ['an HTTP request after empty lines', lines('\r', '', 'POST / HTTP/1.1\r', '\r', ...call)],
    ['a WebSocket', lines('GET / HTTP/1.1\r', 'Upgrade: websocket\r', '\r', ...call)],
    ['JSON that is no message', lines('{"user":"me"}', ...call)],
    ['a list of messages', lines(`[${call.join()}]`, ...call)],
    ['bytes', lines('\u0016\u0003\u0001', ...call)],
  ])('is disconnected, and nothing that follows is heard: %s', async (_, text) => {
    await serve();
    const socket = client();
    socket.write(text);
    await closed(socket);
    await until(() => server.connections === 0);
    expect([made, ran, faults.length]).toEqual([0, 0, 1]);
    expect(faults[0]).toMatch(/^the first line is no message: "/);
  });

  it('is disconnected where it sends each line by itself', async () => {
    await serve();
    const socket = client();
    for (const line of ['POST / HTTP/1.1\r', '\r', ...call]) socket.write(lines(line));
    await closed(socket);
    expect([made, ran]).toEqual([0, 0]);
  });

  it('is a web page that posts messages, and gets no answer', async () => {
    await serve();
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: lines(...call) };
    await expect(fetch(`http://127.0.0.1:${server.port}/`, init)).rejects.toThrow('fetch failed');
    expect([made, ran]).toEqual([0, 0]);
  });

  it('is disconnected from a Unix socket too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'first-message-'));
    const path = join(folder, 'mcp.sock');
    await serve({ path });
    const socket = client({ path });
    socket.write(lines('GET / HTTP/1.1\r', ...call));
    await closed(socket);
    expect([made, ran]).toEqual([0, 0]);
    rmSync(folder, { recursive: true });
  });

  it('is disconnected when its time is over: silent, in the middle of a line, or speaking TLS', async () => {
    await serve({ firstMessageTimeoutMs: 200 });
    const silent = client();
    const dripping = client();
    dripping.write(initialize.slice(0, 20));
    const tls = connectTls({ port: server.port, host: '127.0.0.1' }).on('error', () => undefined);
    await Promise.all([silent, dripping, tls].map((socket) => closed(socket)));
    await until(() => server.connections === 0);
    expect(made).toBe(0);
    expect(faults).toContain('no message within 200 ms (firstMessageTimeoutMs)');
  });
});

describe('a client of serveTcp that begins with a message', () => {
  it('may say what it likes later, and when it likes', async () => {
    await serve({ firstMessageTimeoutMs: 100 });
    const socket = client();
    socket.write(lines(initialize));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('serverInfo');
    const late = client();
    // It is younger, so that the time of the first is over when that of this one is.
    await closed(late);
    socket.write(lines('what is this', ...call.slice(1)));
    await until(() => ran === 1);
    expect(faults).toContain('skipped a line that is no message: "what is this"');
    socket.destroy();
  });

  it.each([0, Infinity])('may take its time where firstMessageTimeoutMs is %d', async (firstMessageTimeoutMs) => {
    await serve({ firstMessageTimeoutMs });
    const socket = client();
    await until(() => server.connections === 1);
    socket.write(lines(...call));
    await until(() => ran === 1);
    socket.destroy();
  });

  it('is disconnected when it does not read, and leaves nothing that waits for it', async () => {
    await serve({ maxBufferedBytes: 1000 });
    const deaf = connect(server.port, '127.0.0.1').on('error', () => undefined);
    deaf.pause().write(lines(initialize, ...Array<string>(50_000).fill(message({ id: 3, method: 'tools/list' }))));
    await until(() => faults.length > 0 && server.connections === 0);
    expect(faults.join('\n')).toMatch(/the peer does not read: \d+ bytes wait, the limit is 1000 \(maxBufferedBytes\)/);
    deaf.destroy();
  });
});

describe('serveTcp', () => {
  it.each([-1, Number.NaN, 2 ** 31, '5' as never])('refuses a firstMessageTimeoutMs of %s', async (value) => {
    await serve();
    expect(() => serveTcp(() => new McpServer(clientInfo), { firstMessageTimeoutMs: value })).toThrow(
      /firstMessageTimeoutMs must be/,
    );
  });

  it('has room for 1024 connections where nothing else is said', async () => {
    await serve();
    const sockets = Array.from({ length: 1025 }, () => client());
    await until(() => faults.length === 1 && server.connections === 1024);
    expect(faults).toEqual(['refused a connection: 1024 of 1024 are open']);
    for (const socket of sockets) socket.destroy();
  });
});
