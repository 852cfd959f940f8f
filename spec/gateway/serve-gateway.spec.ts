import { afterEach, describe, expect, it } from 'vitest';
import { type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { FrontedGateway } from '../support/fronted-gateway.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { until } from '../support/until.ts';

let server: FrontedGateway;
afterEach(() => server.stop());

const call = { name: 'x' };

describe('serving', () => {
  it('is at an address of this machine, on a port that is free', async () => {
    server = await FrontedGateway.open();
    const { url, port } = server.gateway;
    expect(url).toBe(`http://127.0.0.1:${port}/mcp`);
    const named = await serveGateway({ pool: server.pool, port: 0, path: '/other', host: '::1' });
    expect(named.url).toBe(`http://[::1]:${named.port}/other`);
    await named.close();
  });

  it('is refused where a port is in use, or options make no sense', async () => {
    server = await FrontedGateway.open();
    const { pool, gateway } = server;
    expect(await rejectionOf(serveGateway({ pool, port: gateway.port }))).toMatchObject({
      message: expect.stringMatching(/^the gateway cannot listen at 127.0.0.1:\d+: /) as unknown,
    });
    const wrong: [GatewayOptions, typeof TypeError][] = [
      [{}, TypeError],
      [{ pool, servers: {} }, TypeError],
      [{ servers: 'a' as never }, TypeError],
      [{ servers: {}, names: 'first' as never }, TypeError],
      [{ pool, host: '0.0.0.0' }, TypeError],
      [{ pool, path: 'mcp' }, TypeError],
      [{ pool, port: 70_000 }, RangeError],
      [{ pool, sessions: { max: 0 } }, RangeError],
      [{ pool, drainMs: -1 }, RangeError],
    ];
    for (const [options, error] of wrong) expect(await rejectionOf(serveGateway(options))).toBeInstanceOf(error);
  });
});

describe('closing', () => {
  it('waits for what is open, begins nothing new, and leaves the pool open', async () => {
    server = await FrontedGateway.open('legacy', { gateway: { drainMs: 10_000 } });
    const { client, gateway } = server;
    let answer = (): void => undefined;
    server.handles('tools/call', ({ id }, say) => (answer = () => say({ id, result: { content: [] } })));
    await client.introduce();
    const stream = await client.send(undefined, { method: 'GET' });
    const sent = client.ask('tools/call', call);
    await until(() => server.calls.length === 1);
    const closing = gateway.close();
    expect(gateway.close()).toBe(closing);
    await stream.over;
    const { status, headers } = await server.anotherClient().introduce();
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    answer();
    expect(await sent).toMatchObject({ result: { content: [] } });
    await closing;
    expect(server.pool.state.phase).toBe('open');
    await expect(client.ask('ping')).rejects.toThrow();
  });

  it('cancels what is not over in time', async () => {
    server = await FrontedGateway.open('legacy', { gateway: { drainMs: 50 } });
    const { client, gateway } = server;
    server.leavesOpen();
    await client.introduce();
    const sent = client.ask('tools/call', call);
    await until(() => server.calls.length === 1);
    await gateway.close();
    expect(await sent).toMatchObject({ error: { code: -32_000 } });
    await until(() => server.sent('notifications/cancelled').length === 1);
  });

  it('is that of `await using`', async () => {
    server = await FrontedGateway.open();
    const { pool } = server;
    const gateway = await serveGateway({ pool, port: 0 });
    await gateway[Symbol.asyncDispose]();
    await expect(fetch(gateway.url)).rejects.toThrow();
  });
});
