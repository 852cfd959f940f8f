import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { filter } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type TcpServer, serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { type Authority, type Identity, newAuthority } from '../../support/certificates.ts';
import { startHeldUp } from '../../support/held-up.ts';
import { collect } from '../../support/listen.ts';
import { startSilentServer } from '../../support/silent-server.ts';
import { type TlsGate, startTlsGate } from '../../support/tls-gate.ts';
import { callOf, textOf } from '../../support/tool-call.ts';
import { toolServer } from '../../support/tool-server.ts';
import { until } from '../../support/until.ts';

let authority: Authority;
let stranger: Authority;
let identity: Identity;
let plain: TcpServer;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([newAuthority(), newAuthority()]);
  identity = await authority.issue('127.0.0.1');
  plain = await serveTcp(toolServer());
});
afterAll(() => plain.close());

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function gate(options: TlsOptions = identity): Promise<TlsGate> {
  const started = await startTlsGate(plain.port, options);
  ends.push(() => started.stop());
  return started;
}

function open(
  port: number,
  tls: ConnectionOptions,
  options: Partial<McpPoolOptions> & { host?: string } = {},
): McpPool {
  const { host = '127.0.0.1', ...others } = options;
  const pool = createMcpPool({ transport: tcp({ host, port, tls }), minSize: 1, maxSize: 1, ...others });
  ends.push(() => pool.close());
  return pool;
}

async function echo(pool: McpPool, message: string): Promise<string> {
  return textOf(await pool.use((connection) => connection.request(callOf('echo', { message }))));
}

describe('a pool over TLS', () => {
  it.each(['127.0.0.1', 'localhost'])('calls a server whose authority it knows, at %s', async (host) => {
    const { port } = await gate(await authority.issue(host));
    const pool = open(port, { ca: authority.cert }, { host });
    expect(await echo(pool, 'hi')).toBe('hi');
  });

  it.each<[string, () => Promise<TlsOptions>, () => ConnectionOptions, string]>([
    [
      'has a certificate for another name',
      () => authority.issue('other.example'),
      () => ({ ca: authority.cert }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'is vouched for by a stranger',
      () => stranger.issue('127.0.0.1'),
      () => ({ ca: authority.cert }),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    [
      'is vouched for by nobody that the system knows',
      () => authority.issue('127.0.0.1'),
      () => ({}),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    [
      'has a certificate of the past',
      () => authority.issue('127.0.0.1', { notBeforeDate: new Date(0), notAfterDate: new Date(1) }),
      () => ({ ca: authority.cert }),
      'CERT_HAS_EXPIRED',
    ],
  ])('refuses a server that %s, for good and without a word to it', async (_, certificate, tls, code) => {
    const server = await gate(await certificate());
    const pool = open(server.port, tls());
    await expect(pool.ready()).rejects.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      cause: { code, message: expect.stringContaining(`127.0.0.1:${server.port}: `) as unknown },
    });
    // Tried once, and then left alone for half of the longest delay at least.
    await expect(pool.client.ping()).rejects.toMatchObject({ cause: { code } });
    expect(server).toMatchObject({ accepted: 1, received: 0 });
    expect(pool.state.connecting).toBe(0);
  });

  it('refuses a server that answers in plain text, for good', async () => {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted++;
      socket.on('error', () => undefined).write('220 welcome\r\n');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ends.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const pool = open(port, { ca: authority.cert });
    await expect(pool.ready()).rejects.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      cause: {
        message: expect.stringMatching(/^127\.0\.0\.1:\d+: (wrong version number|packet length too long)$/) as unknown,
      },
    });
    await expect(pool.client.ping()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED' });
    expect(accepted).toBe(1);
  });

  it('gives up on a server that says nothing, with the phase in the error, and tries again', async () => {
    const silent = await startSilentServer();
    ends.push(() => silent.stop());
    const transport = tcp({ port: silent.port, tls: { ca: authority.cert }, connectTimeoutMs: 50 });
    const connectBackoff = { minMs: 1, maxMs: 1 };
    const pool = createMcpPool({ transport, minSize: 1, connectBackoff });
    ends.push(() => pool.close());
    const message = `127.0.0.1:${silent.port}: no TLS handshake within 50 ms`;
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: { message } });
    const failures = collect(pool.events$.pipe(filter(({ type }) => type === 'connectFailed')));
    await until(() => failures.length > 1);
  });
});

describe('a TLS handshake that takes long', () => {
  it('meets the connectTimeoutMs of the pool, and leaves no socket behind', async () => {
    const server = await startHeldUp((await gate()).port);
    ends.push(() => server.stop());
    const pool = open(server.port, { ca: authority.cert }, { connectTimeoutMs: 50 });
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED' });
    await pool.close();
    await until(() => server.sockets.size === 0);
  });

  it('is waited for within that time', async () => {
    const server = await startHeldUp((await gate()).port);
    ends.push(() => server.stop());
    const pool = open(server.port, { ca: authority.cert });
    const answer = echo(pool, 'late');
    await until(() => server.sockets.size === 1);
    expect(pool.state.connecting).toBe(1);
    server.release();
    expect(await answer).toBe('late');
  });
});

describe('a server that wants to know who we are', () => {
  const wanting = (): TlsOptions => ({ ...identity, ca: authority.cert, requestCert: true, rejectUnauthorized: true });

  it('serves whoever shows a certificate of an authority that it knows', async () => {
    const { port } = await gate(wanting());
    const pool = open(port, { ca: authority.cert, ...(await authority.issue('client')) });
    expect(await echo(pool, 'hi')).toBe('hi');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('refuses whoever shows none (%s), and is believed', async (maxVersion) => {
    const server = await gate(wanting());
    const pool = open(server.port, { ca: authority.cert, maxVersion });
    await expect(pool.ready()).rejects.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      cause: {
        code: expect.stringMatching(/^ERR_SSL_.*_ALERT_/) as unknown,
        message: expect.stringMatching(/^127\.0\.0\.1:\d+: [a-z0-9 ]+$/) as unknown,
      },
    });
    await expect(pool.client.ping()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED' });
    expect(server).toMatchObject({ accepted: 1, received: 0 });
  });

  it.each<[ConnectionOptions['maxVersion'], string]>([
    ['TLSv1.2', 'Client network socket disconnected before secure TLS connection was established'],
    // The handshake is over before the server has looked.
    ['TLSv1.3', 'the server closed the connection before it was initialised'],
  ])('refuses whoever shows that of a stranger (%s), and says nothing more', async (maxVersion, message) => {
    const server = await gate(wanting());
    const pool = open(server.port, { ca: authority.cert, maxVersion, ...(await stranger.issue('client')) });
    await expect(pool.ready()).rejects.toMatchObject({
      code: 'POOL_CONNECT_FAILED',
      cause: { message: `127.0.0.1:${server.port}: ${message}` },
    });
    expect(server.received).toBe(0);
  });
});
