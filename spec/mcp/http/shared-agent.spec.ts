import { execFile } from 'node:child_process';
import { createServer as createHttps } from 'node:https';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { type ScriptedHttp, startScriptedHttp } from '../../support/scripted-http.ts';
import { until } from '../../support/until.ts';

let server: ScriptedHttp;
beforeEach(async () => {
  server = await startScriptedHttp();
  onTestFinished(() => server.stop());
});

type Options = Parameters<typeof streamableHttp>[0];

const one = (options: Partial<Options> = {}) =>
  openPool({ transport: streamableHttp({ url: server.url, ...options }), minSize: 1, maxSize: 1, retry: false });

describe('an agent of a transport', () => {
  it('closes its sockets with the last connection, and opens others later', async () => {
    const transport = streamableHttp({ url: server.url });
    const [a, b] = [openPool({ transport, minSize: 2 }), openPool({ transport, minSize: 1 })];
    await Promise.all([a.ready(), b.ready()]);
    await a.close();
    expect(server.sockets.size).toBeGreaterThan(0);
    await b.close();
    await until(() => server.sockets.size === 0, 1000);
    const c = openPool({ transport, minSize: 1 });
    await c.client.callTool({ name: 'x' });
    await c.close({ timeoutMs: 0 });
    await until(() => server.sockets.size === 0, 1000);
  });

  it('goes on where the server has closed an idle socket', async () => {
    const pool = one();
    for (let i = 0; i < 3; i++) {
      await pool.client.callTool({ name: 'x' });
      for (const socket of server.sockets) socket.end();
      await until(() => server.sockets.size === 0);
    }
  });

  it('trusts a certificate that `tls` has a `ca` for, and no other', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const secure = await startScriptedHttp(undefined, (listener) => createHttps({ key, cert }, listener));
    onTestFinished(() => secure.stop());
    const url = `https://localhost:${secure.port}/mcp`;
    const trusting = one({ url, tls: { ca: cert } });
    await trusting.client.callTool({ name: 'x' });
    const transport = streamableHttp({ url }).create();
    await transport.start();
    const error = await rejectionOf(transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false });
    await transport.close();
  });

  it.each([
    [{ tls: {} }, 'tls needs a url that begins with https:'],
    [{ path: '' }, 'path must be a non-empty string'],
    [{ dispatcher: {} as never }, 'dispatcher must be one of undici'],
    [{ fetch, path: '/x' }, 'fetch goes with none of'],
    [{ dispatcher: { dispatch: () => true }, fetch }, 'goes with none of'],
  ])('is not made with %j', (options, message) => {
    expect(() => streamableHttp({ url: 'http://x', ...options })).toThrow(message);
  });
});

it('lets the process end by itself, with idle sockets and with a stream that is listened to lost', async () => {
  const code = `
    const { streamableHttp } = await import('./build/lib/mcp/index.js');
    const transport = streamableHttp({ url: '${server.url}' }).create();
    await transport.start();
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const answeredAt = performance.now();
    process.once('exit', () => process.stdout.write(String(performance.now() - answeredAt)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  // An idle socket would keep it for four seconds.
  expect(Number(stdout.trim() || NaN)).toBeLessThan(3500);
});
