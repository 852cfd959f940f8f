import type { Socket } from 'node:net';
import { lastValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pool, type PoolOptions, createPool, withConnection } from '../../lib/index.ts';
import { type McpPool, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { instrumentPool } from '../../lib/otel/index.ts';
import { metaServer } from '../support/meta-server.ts';
import { startTcpEcho } from '../support/tcp-echo.ts';
import { type Telemetry, startTelemetry, sumOf } from '../support/telemetry.ts';
import { callOf } from '../support/tool-call.ts';
import { unrulyRun } from '../support/unruly-run.ts';
import { until } from '../support/until.ts';

const POOL = 'mcp.client.connection.pool.name';
let telemetry: Telemetry;
const ends: (() => unknown)[] = [];

beforeEach(() => {
  telemetry = startTelemetry();
  ends.push(() => telemetry.stop());
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function echoPool(options: Partial<PoolOptions<Socket>> = {}): Promise<Pool<Socket>> {
  const server = await startTcpEcho();
  const pool = createPool({ ...server.connector, name: 'spec', minSize: 3, maxSize: 3, ...options });
  ends.push(
    () => server.stop(),
    () => pool.close(),
  );
  return pool;
}

async function mcpPool(name: string): Promise<McpPool> {
  const server = await serveTcp(metaServer());
  const pool = createMcpPool({ name, transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  ends.push(
    () => server.close(),
    () => pool.close(),
  );
  await pool.ready();
  return pool;
}

describe('the counts of a pool', () => {
  it('have the shape of the semantic conventions, and are read as they are collected', async () => {
    const pool = await echoPool({ minSize: 2 });
    instrumentPool(pool, telemetry);
    await pool.ready();
    const lease = pool.tryCheckout();
    const { points, unit } = (await telemetry.collect()).get('mcp.client.connection.count') ?? { points: [] };
    const about = { [POOL]: 'spec', 'mcp.client.connection.pool.strategy': 'roundRobin' };
    expect(unit).toBe('{connection}');
    expect(points.map(({ attributes, value }) => ({ ...attributes, value }))).toEqual([
      { ...about, 'mcp.client.connection.state': 'idle', value: 1 },
      { ...about, 'mcp.client.connection.state': 'used', value: 1 },
    ]);
    lease?.checkin();
    const collected = await telemetry.collect();
    const valueOf = (name: string): number => sumOf(collected.get(`mcp.client.connection.${name}`)?.points);
    expect(['idle.min', 'max', 'pending_requests', 'checkouts', 'checkins'].map(valueOf)).toEqual([2, 3, 0, 1, 1]);
  });

  it('agree with the pool to the last checkout after a run in disorder', async () => {
    const pool = await echoPool({ connectBackoff: { minMs: 1, maxMs: 2 } });
    instrumentPool(pool, telemetry);
    await pool.ready();
    await unrulyRun(pool, 2000);
    await until(() => pool.state.idle === 3);
    const collected = await telemetry.collect();
    const { state, metrics } = pool;
    const of = (name: string): number => sumOf(collected.get(`mcp.client.connection.${name}`)?.points);
    expect({
      checkouts: of('checkouts'),
      waits: of('wait_time'),
      uses: of('use_time'),
      ends: of('checkins') + of('destroyed') + of('lost'),
      failed: of('failed_checkouts'),
      invalid: of('invalid_checkins'),
      creates: of('create_time'),
      connects: of('connects'),
    }).toEqual({
      checkouts: metrics.totalCheckouts,
      waits: metrics.totalCheckouts,
      uses: state.checkins + state.destroyed,
      ends: metrics.totalCheckouts,
      failed: metrics.failedCheckouts,
      invalid: metrics.invalidCheckins,
      creates: state.connects,
      connects: state.connects,
    });
    expect(state.destroyed * state.lost * state.invalidCheckins).toBeGreaterThan(0);
    expect(of('timeouts')).toBeGreaterThan(0);
    expect(of('timeouts')).toBeLessThanOrEqual(metrics.failedCheckouts);
    expect(of('deaths')).toBeGreaterThan(0);
  });

  it('of pools with the same name are added up', async () => {
    const pools = [await echoPool(), await echoPool()];
    for (const pool of pools) instrumentPool(pool, telemetry);
    await Promise.all(pools.map((pool) => pool.ready()));
    const { points = [] } = (await telemetry.collect()).get('mcp.client.connection.max') ?? {};
    expect(points.map(({ value }) => value)).toEqual([6]);
  });
});

describe('times', () => {
  it('are histograms in seconds with buckets of their own', async () => {
    const pool = await echoPool();
    instrumentPool(pool, telemetry);
    await pool.use(() => new Promise((resolve) => setTimeout(resolve, 30)));
    const uses = (await telemetry.collect()).get('mcp.client.connection.use_time');
    const value = uses?.points[0]?.value;
    if (typeof value !== 'object') throw new Error('no histogram');
    expect([uses?.unit, value.count]).toEqual(['s', 1]);
    expect(value.sum).toBeGreaterThan(0.025);
    expect(value.sum).toBeLessThan(5);
    expect(value.buckets.boundaries[0]).toBe(0.0001);
  });

  it('of operations tell method, tool, status and error', async () => {
    const pool = await mcpPool('ops');
    instrumentPool(pool, telemetry);
    await pool.client.callTool({ name: 'echo' });
    await pool.client.callTool({ name: 'refuse' });
    await pool.client.callTool({ name: 'fail' }).catch(() => undefined);
    await pool.client.ping();
    const { points = [] } = (await telemetry.collect()).get('mcp.client.operation.duration') ?? {};
    const call = { [POOL]: 'ops', 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' };
    const status = 'mcp.client.operation.status';
    expect(points.map(({ attributes }) => attributes)).toEqual([
      { ...call, 'gen_ai.tool.name': 'echo', [status]: 'answered' },
      { ...call, 'gen_ai.tool.name': 'refuse', [status]: 'answered', 'error.type': 'tool_error' },
      { ...call, 'gen_ai.tool.name': 'fail', [status]: 'failed', 'error.type': '-32603' },
      { [POOL]: 'ops', 'mcp.method.name': 'ping', [status]: 'answered' },
    ]);
    expect(sumOf(points)).toBe(4);
  });

  it('of so many tools and methods are told apart, and those of all others together', async () => {
    const pool = await mcpPool('many');
    instrumentPool(pool, { ...telemetry, maxNames: 3 });
    for (let i = 0; i < 10; i++) await pool.client.callTool({ name: `tool-${i}` });
    for (let i = 0; i < 10; i++) await lastValueFrom(of(callOf('x')).pipe(withConnection(pool, () => [i])));
    const { points = [] } = (await telemetry.collect()).get('mcp.client.operation.duration') ?? {};
    const tools = points.map(({ attributes }) => attributes['gen_ai.tool.name']);
    expect(new Set(tools)).toEqual(new Set(['tool-0', 'tool-1', 'tool-2', 'other']));
    expect(sumOf(points, { 'gen_ai.tool.name': 'other' })).toBe(17);
    const names = telemetry.spans().map(({ name }) => name);
    expect(names.filter((name) => name === 'tools/call other')).toHaveLength(17);
  });

  it('and counts are those of each endpoint, without what is secret in its address', async () => {
    const server = await startTcpEcho();
    ends.push(() => server.stop());
    const connect = () => server.connector.connect({ id: 1, signal: new AbortController().signal });
    const endpoints$ = of([{ id: 'http://user:canary@one/?key=canary' }, { id: 'two' }]);
    const pool = createPool<Socket, { id: string }>({
      ...server.connector,
      connect,
      endpoints$,
      minSize: 2,
      maxSize: 2,
    });
    instrumentPool(pool, telemetry);
    ends.push(() => pool.close());
    await pool.ready();
    for (let i = 0; i < 4; i++) pool.tryCheckout()?.checkin();
    const collected = await telemetry.collect();
    const ENDPOINT = 'mcp.client.connection.endpoint';
    for (const [name, count] of Object.entries({ wait_time: 2, use_time: 2, create_time: 1, count: 1 })) {
      const points = collected.get(`mcp.client.connection.${name}`)?.points;
      expect([name, sumOf(points, { [ENDPOINT]: 'http://one/' }), sumOf(points, { [ENDPOINT]: 'two' })]).toEqual([
        name,
        count,
        count,
      ]);
    }
    expect(JSON.stringify([...collected])).not.toContain('canary');
  });
});
