import { Client } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';
import { callEcho } from '../../support/call-echo.ts';
import { newAuthority } from '../../support/certificates.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import type { StartedServer } from '../../support/start-tcp-server.ts';

describe('tcp options', () => {
  it.each([
    [{ port: 0 }, 'port must be a whole number from 1 to 65535: 0'],
    [{ port: 70_000 }, 'port must be a whole number from 1 to 65535: 70000'],
    [{ port: 1.5 }, 'port'],
    [{ port: Number.NaN }, 'port'],
    [{ port: 1, connectTimeoutMs: -1 }, 'connectTimeoutMs must be from 0 to 2147483647 ms or Infinity: -1'],
    [{ port: 1, connectTimeoutMs: Number.NaN }, 'connectTimeoutMs'],
    [{ port: 1, keepAliveMs: 2 ** 31 }, 'keepAliveMs'],
    [{ port: 1, maxMessageBytes: 0 }, 'maxMessageBytes must be a whole number from 1 to'],
    [{ port: 1, maxBufferedBytes: Infinity }, 'maxBufferedBytes'],
    [{ port: 1, maxGarbageLinesPerSecond: -1 }, 'maxGarbageLinesPerSecond must be a whole number from 0 to 1000000'],
    [{ port: 1, maxGarbageLinesPerSecond: 0.5 }, 'maxGarbageLinesPerSecond'],
    [{ port: 1, maxGarbageLinesPerSecond: 1e9 }, 'maxGarbageLinesPerSecond'],
  ])('refuses %o at the call', (options, message) => {
    expect(() => tcp(options)).toThrow(RangeError);
    expect(() => tcp(options)).toThrow(message);
  });

  it('refuses an empty host at the call', () => {
    expect(() => tcp({ host: '', port: 1 })).toThrow(TypeError);
  });

  it.each([0, 1, Infinity])('takes a limit of %d garbage lines', (maxGarbageLinesPerSecond) => {
    expect(() => tcp({ port: 1, maxGarbageLinesPerSecond })).not.toThrow();
  });

  it('names its target for people', () => {
    expect(tcp({ port: 3000 })).toMatchObject({ kind: 'tcp', target: '127.0.0.1:3000' });
    expect(tcp({ port: 3000, host: '::1' }).target).toBe('[::1]:3000');
  });
});

describe('the options of TLS', () => {
  it.each([
    ['a key that is none', { key: 'nonsense' }],
    ['a version that does not exist', { minVersion: 'TLSv9' as never }],
    ['a text', 'yes' as never],
  ])('are refused at the call: %s', (_, tls) => {
    expect(() => tcp({ port: 1, tls })).toThrow(TypeError);
    expect(() => tcp({ port: 1, tls })).toThrow(/^tls/);
  });

  it('are refused at the call where key and certificate do not belong together', async () => {
    const [authority, stranger] = await Promise.all([newAuthority(), newAuthority()]);
    expect(() => tcp({ port: 1, tls: { key: stranger.key, cert: authority.cert } })).toThrow('key values mismatch');
  });
});

describe('tcp over TLS', () => {
  const key = { psk: Buffer.from('00112233445566778899aabbccddeeff', 'hex'), identity: 'spec' };
  const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const };
  let server: StartedServer;
  let gate: ReturnType<typeof createTlsServer>;
  let port = 0;
  beforeAll(async () => {
    server = await startTcpServer();
    gate = createTlsServer({ ...shared, pskCallback: () => key.psk }, (socket) => {
      const inner = connect({ port: server.port, host: '127.0.0.1' });
      socket.pipe(inner).pipe(socket);
      socket.on('error', () => inner.destroy());
      inner.on('error', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(gate, 'listening');
    port = (gate.address() as AddressInfo).port;
  });
  afterAll(async () => {
    gate.close();
    await server.stop();
  });

  it('carries a session, and can be killed', async () => {
    const transport = tcp({ port, tls: { ...shared, pskCallback: () => key, checkServerIdentity: () => undefined } });
    const client = new Client({ name: 'spec', version: '1.0.0' });
    const connection = transport.create();
    await client.connect(connection);
    expect(await callEcho(client, 'secret')).toEqual({ type: 'text', text: 'secret' });
    const lost = expect(callEcho(client, 'late')).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    await turn();
    connection.kill();
    await lost;
  });

  it('rejects the start with the target when the handshake fails', async () => {
    const transport = tcp({ port, tls: true }).create();
    await expect(transport.start()).rejects.toThrow(`127.0.0.1:${port}: `);
  });
});
