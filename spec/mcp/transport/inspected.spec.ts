import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpTransport, createMcpPool, stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { type Authority, type Identity, newAuthority } from '../../support/certificates.ts';
import { errorOf } from '../../support/error-of.ts';
import { everything } from '../../support/everything.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { startTlsGate } from '../../support/tls-gate.ts';
import { toolServer } from '../../support/tool-server.ts';

const canary = 'canary-5f1d0c9e';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let authority: Authority;
let own: Identity;
beforeAll(async () => {
  authority = await newAuthority();
  own = await authority.issue('client');
});

/** All that can be read of a pool that works, and of what it hands out. */
async function read(transport: McpTransport): Promise<string> {
  const pool = createMcpPool({ transport, minSize: 1, maxSize: 1 });
  ends.push(() => pool.close());
  return pool.use(async (connection, lease) => {
    await connection.client.listTools();
    const objects = [transport, pool, lease, connection, connection.client, pool.state.toJSON()];
    const options = { depth: 30, showHidden: true, getters: true, maxStringLength: Infinity, maxArrayLength: Infinity };
    return objects.map((object) => `${inspect(object, options)}\n${jsonOf(object)}`).join('\n');
  });
}

/** What refuses to be JSON says why. */
function jsonOf(object: unknown): string {
  try {
    return JSON.stringify(object);
  } catch (error) {
    return String(error);
  }
}

describe('a secret stands in nothing that can be printed of a pool and its connections:', () => {
  it('a key of TLS, and what opens it', async () => {
    const server = await serveTcp(toolServer());
    const gate = await startTlsGate(server.port, await authority.issue('127.0.0.1'));
    ends.push(
      () => server.close(),
      () => gate.stop(),
    );
    const text = await read(tcp({ port: gate.port, tls: { ca: authority.cert, ...own, passphrase: canary } }));
    expect(text.includes(`127.0.0.1:${gate.port}`)).toBe(true);
    // Not by toContain, which would print megabytes.
    expect(text.includes(canary)).toBe(false);
    expect(text.includes(String(own.key.split('\n')[1]))).toBe(false);
  });

  it.each([
    ['a header and a query', { headers: { 'x-api-key': canary } }, `?key=${canary}`],
    ['a token', { authProvider: { token: () => Promise.resolve(canary) } }, ''],
  ])('%s', async (_, options, query) => {
    const server = await startHttpServer();
    ends.push(() => server.stop());
    const text = await read(streamableHttp({ url: `${server.url}${query}`, ...options }));
    expect(text.includes(server.url)).toBe(true);
    expect(text.includes(canary)).toBe(false);
  });

  it('the environment of a server', async () => {
    const text = await read(stdio({ ...everything, env: { KEY: canary } }));
    expect(text.includes(everything.command)).toBe(true);
    expect(text.includes(canary)).toBe(false);
  });

  it.each([
    ['a key that is none', { key: canary }],
    ['a key that does not open', { key: '-----BEGIN ENCRYPTED PRIVATE KEY-----', passphrase: canary }],
    ['a store that is none', { pfx: canary, passphrase: canary }],
  ])('%s, in the error that refuses it', (_, tls) => {
    const error = errorOf(() => tcp({ port: 1, tls }));
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error, { depth: 30, showHidden: true })).not.toContain(canary);
  });
});
