import type { Socket } from 'node:net';
import type { MeterProvider } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import { type McpPool, createMcpPool, createMcpPoolFamily, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { instrumentPool } from '../../lib/otel/index.ts';
import { countedPool } from '../support/counted-pool.ts';
import { metaServer } from '../support/meta-server.ts';
import { startTcpEcho } from '../support/tcp-echo.ts';
import { type Telemetry, startTelemetry, sumOf } from '../support/telemetry.ts';

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

async function echoPool(): Promise<Pool<Socket>> {
  const server = await startTcpEcho();
  const pool = createPool({ ...server.connector, name: 'spec', minSize: 3, maxSize: 3 });
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

/** The SDK's provider, and how many callbacks are registered with its meters. */
function countedReads(): { readonly provider: MeterProvider; callbacks(): number } {
  let callbacks = 0;
  const getMeter: MeterProvider['getMeter'] = (name, version) => {
    const meter = telemetry.meterProvider.getMeter(name, version);
    const add = meter.addBatchObservableCallback.bind(meter);
    const remove = meter.removeBatchObservableCallback.bind(meter);
    return Object.assign(meter, {
      addBatchObservableCallback: (...args: Parameters<typeof add>) => {
        callbacks++;
        add(...args);
      },
      removeBatchObservableCallback: (...args: Parameters<typeof remove>) => {
        callbacks--;
        remove(...args);
      },
    });
  };
  return { provider: { getMeter }, callbacks: () => callbacks };
}

describe('a family', () => {
  it('counts under its name, as its pools come and go, and its totals never fall', async () => {
    const server = await serveTcp(metaServer());
    const transport = tcp({ port: server.port });
    const pools = createMcpPoolFamily({ name: 'family', key: (who: string) => who, options: () => ({ transport }) });
    ends.push(
      () => server.close(),
      () => pools.close(),
    );
    await pools.for('before').client.callTool({ name: 'echo' });
    instrumentPool(pools, telemetry);
    await pools.for('a').client.callTool({ name: 'echo' });
    await pools.for('a').close();
    await pools.for('b').client.callTool({ name: 'echo' });
    const collected = await telemetry.collect();
    const count = (name: string): number => sumOf(collected.get(`mcp.client.${name}`)?.points, { [POOL]: 'family' });
    expect(['connection.checkouts', 'connection.wait_time', 'operation.duration'].map(count)).toEqual([3, 2, 2]);
    expect(count('connection.count')).toBe(2);
    expect(collected.get('mcp.client.connection.checkouts')?.points).toHaveLength(1);
  });

  it('names its pools as it is told to, within bounds', async () => {
    const server = await serveTcp(metaServer());
    const transport = tcp({ port: server.port });
    const pools = createMcpPoolFamily({ key: (who: string) => who, options: (who) => ({ transport, name: who }) });
    ends.push(
      () => server.close(),
      () => pools.close(),
    );
    instrumentPool(pools, { ...telemetry, name: (pool) => `of ${pool.name}`, maxNames: 2 });
    for (const who of ['a', 'b', 'c', 'd']) await pools.for(who).client.ping();
    const { points = [] } = (await telemetry.collect()).get('mcp.client.connection.checkouts') ?? {};
    expect(points.map(({ attributes, value }) => [attributes[POOL], value])).toEqual([
      ['of a', 1],
      ['of b', 1],
      ['other', 2],
    ]);
  });
});

describe('the subscription', () => {
  it('leaves nothing in the pool and nothing to be collected', async () => {
    const pool = await mcpPool('left');
    const { seen, lookers } = countedPool(pool);
    const read = countedReads();
    const instrumented = instrumentPool(seen, { ...telemetry, meterProvider: read.provider });
    await pool.client.ping();
    expect([lookers(), read.callbacks()]).toEqual([2, 1]);
    instrumented.unsubscribe();
    expect([lookers(), read.callbacks()]).toEqual([0, 0]);
    await pool.client.ping();
    const collected = await telemetry.collect();
    expect(telemetry.spans().map((span) => span.name)).toEqual(['checkout', 'ping']);
    expect(sumOf(collected.get('mcp.client.operation.duration')?.points)).toBe(1);
    expect(collected.get('mcp.client.connection.checkouts')?.points ?? []).toEqual([]);
  });

  it('is refused for the same pool twice, and begins anew after the first has ended', async () => {
    const pool = await echoPool();
    const first = instrumentPool(pool, telemetry);
    expect(() => instrumentPool(pool, telemetry)).toThrow('the pool "spec" is exported there already');
    first.unsubscribe();
    instrumentPool(pool, telemetry).unsubscribe();
  });

  it('is refused for what is no pool and for options that make no sense', async () => {
    const pool = await echoPool();
    expect(() => instrumentPool({} as never)).toThrow(TypeError);
    expect(() => instrumentPool(pool, { maxNames: 0 })).toThrow(RangeError);
    expect(() => instrumentPool(pool, { name: 'x' as never })).toThrow('name must be a function');
    expect(() => instrumentPool(pool, null as never)).toThrow('options must be an object');
    instrumentPool(pool, telemetry);
  });
});
