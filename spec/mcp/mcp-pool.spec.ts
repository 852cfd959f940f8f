import { lastValueFrom, map, range, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { leastLoaded, withConnection } from '../../lib/index.ts';
import { type McpPool, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { everything } from '../support/everything.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { callOf, textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

let server: StartedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
afterEach(() => pool.close());

function echoes(count: number): Promise<string[]> {
  const requests$ = range(0, count).pipe(map((i) => callOf('echo', { message: String(i) })));
  return lastValueFrom(requests$.pipe(withConnection(pool, undefined, { ordered: true }), map(textOf), toArray()));
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('over TCP', () => {
  it('takes the name, sizes and strategy of its options', async () => {
    const transport = tcp({ port: server.port });
    pool = createMcpPool({ transport, name: 'tools', minSize: 2, maxSize: 5, strategy: leastLoaded() });
    await pool.ready();
    expect(pool.name).toBe('tools');
    expect(pool.metrics).toMatchObject({ currentSize: 2, maxSize: 5, strategy: 'leastLoaded' });
  });

  it('serves a stream of requests through withConnection', async () => {
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 5, maxSize: 20 });
    expect(await echoes(500)).toEqual(numbers(500));
    expect(pool.metrics).toMatchObject({ totalCheckouts: 500, failedCheckouts: 0 });
    expect(pool.metrics.currentSize).toBeLessThanOrEqual(20);
  });

  it('holds a thousand connections at once', async () => {
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1000, maxConnecting: 50 });
    await pool.ready();
    expect(pool.metrics.idleConnections).toBe(1000);
    expect(await echoes(2000)).toEqual(numbers(2000));
  });

  it('opens a fresh connection for each request without pooling, as the same object', async () => {
    pool = createMcpPool({ transport: tcp({ port: server.port }), pool: false });
    const ups: number[] = [];
    pool.events$.subscribe((event) => {
      if (event.type === 'checkout') ups.push(event.connection);
    });
    expect(await echoes(50)).toEqual(numbers(50));
    expect(new Set(ups).size).toBe(50);
    await until(() => pool.metrics.currentSize === 0);
  });

  it('shares one connection among many requests where leases are multiplexed', async () => {
    pool = createMcpPool({ transport: tcp({ port: server.port }), maxSize: 1, maxLeasesPerConnection: 64 });
    expect(await echoes(500)).toEqual(numbers(500));
    expect(pool.metrics.currentSize).toBe(1);
  });

  it('fails the requests under way when the server dies, and connects again when it is back', async () => {
    const mortal = await startTcpServer();
    pool = createMcpPool({ transport: tcp({ port: mortal.port }), minSize: 2 });
    await pool.ready();
    const answer = pool.client.callTool({ name: 'sleep', arguments: { ms: 60_000 } });
    answer.catch(() => undefined);
    await until(() => pool.metrics.activeConnections === 1);
    await mortal.stop();
    await expect(answer).rejects.toMatchObject({
      code: 'MCP_OUTCOME_UNKNOWN',
      data: { method: 'tools/call', tool: 'sleep' },
      cause: { code: 'POOL_CONNECTION_LOST' },
    });
    const again = await startTcpServer(mortal.port);
    expect(textOf(await pool.client.callTool({ name: 'echo', arguments: { message: 'back' } }))).toBe('back');
    await pool.close();
    await again.stop();
  });

  it('tells why it cannot connect', async () => {
    pool = createMcpPool({ transport: tcp({ port: 1 }) });
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: { code: 'ECONNREFUSED' } });
  });
});

describe('over stdio', () => {
  it('keeps one process by default', async () => {
    pool = createMcpPool({ transport: stdio(everything) });
    await pool.ready();
    expect(pool.metrics.currentSize).toBe(1);
    expect(textOf(await pool.client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toBe('Echo: hi');
  });

  it('replaces a server that is killed', async () => {
    pool = createMcpPool({ transport: stdio(everything) });
    const pids = new Set<number>();
    const pidOf = (): Promise<number> =>
      pool.use(({ client }) => Reflect.get(Object(client.transport), 'pid') as number);
    const first = await pidOf();
    pids.add(first);
    process.kill(first, 'SIGKILL');
    await until(() => pool.metrics.currentSize === 0 || pool.state.connecting > 0);
    await until(() => pool.metrics.idleConnections === 1);
    expect(await pidOf()).not.toBe(first);
  });

  it('leaves no process behind', async () => {
    pool = createMcpPool({ transport: stdio(everything), minSize: 3 });
    await pool.ready();
    const leases = [pool.tryCheckout(), pool.tryCheckout(), pool.tryCheckout()];
    const pids = leases.map((lease) => Number(Reflect.get(Object(lease?.connection.client.transport), 'pid')));
    for (const lease of leases) lease?.checkin();
    await pool.close();
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('says at once that a command does not exist', async () => {
    pool = createMcpPool({ transport: stdio({ command: 'no-such-command' }) });
    await expect(pool.ready()).rejects.toThrow('command not found: no-such-command');
  });
});

it('refuses a transport that is none, and options that are none', () => {
  expect(() => createMcpPool(null as never)).toThrow(new TypeError('options must be an object, not null'));
  expect(() => createMcpPool({ transport: undefined as never })).toThrow(TypeError);
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 0 });
});
