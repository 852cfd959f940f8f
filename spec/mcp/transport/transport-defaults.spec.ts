import { availableParallelism } from 'node:os';
import { EMPTY } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type McpPool,
  type McpPoolOptions,
  createMcpPool,
  createMcpPoolFamily,
  stdio,
  streamableHttp,
  tcp,
} from '../../../lib/mcp/index.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function opened(options: McpPoolOptions): McpPool {
  const pool = createMcpPool(options);
  ends.push(() => pool.close());
  return pool;
}

function sizesOf(options: McpPoolOptions): readonly [number, number] {
  const { minSize, maxSize } = opened(options).state;
  return [minSize, maxSize];
}

const transports = {
  stdio: stdio({ command: 'no-such-command' }),
  http: streamableHttp({ url: 'http://127.0.0.1:1/' }),
  tcp: tcp({ port: 1 }),
};
const processes = Math.min(16, Math.max(4, availableParallelism()));

describe('sizes that are left out', () => {
  it.each([
    ['stdio', {}, [1, processes]],
    ['stdio', { maxSize: 30 }, [1, 30]],
    ['stdio', { maxSize: 3 }, [1, 3]],
    ['stdio', { minSize: 0 }, [0, processes]],
    ['stdio', { minSize: 20 }, [20, 20]],
    ['stdio', { pool: false }, [0, 16]],
    ['http', {}, [1, 100]],
    ['http', { maxSize: 7 }, [1, 7]],
    ['http', { minSize: 200 }, [200, 200]],
    ['http', { pool: false }, [0, 1000]],
    ['tcp', {}, [10, 1000]],
    ['tcp', { maxSize: 5 }, [5, 5]],
    ['tcp', { minSize: 2000 }, [2000, 2000]],
    ['tcp', { pool: false }, [0, 1000]],
  ] as const)('follow the transport and what is given: %s %o', (kind, options, sizes) => {
    expect(sizesOf({ ...options, transport: transports[kind] })).toEqual(sizes);
  });

  it.each([
    [{ maxSize: NaN }, 'maxSize must be a whole number of at least 1, not NaN'],
    [{ maxSize: -1 }, 'maxSize must be a whole number of at least 1, not -1'],
    [{ maxSize: 0.5 }, 'maxSize must be a whole number of at least 1, not 0.5'],
    [{ maxSize: 1.5 }, 'maxSize must be a whole number of at least 1, not 1.5'],
    [{ minSize: -1 }, 'minSize must be a whole number of at least 0, not -1'],
    [{ minSize: null as never }, 'minSize must be a number, not null'],
    [{ connectTimeoutMs: -1 }, 'connectTimeoutMs must be between 0 and'],
  ])('leave what makes no sense to be refused by its name: %o', (options, message) => {
    for (const transport of Object.values(transports)) {
      expect(() => createMcpPool({ ...options, transport })).toThrow(message);
    }
  });

  it('leave each connection to one request without pooling', () => {
    const pool = opened({ transport: transports.http, pool: false, maxLeasesPerConnection: 8 });
    expect(pool.state.maxLeasesPerConnection).toBe(1);
  });

  it('are those for TCP where each endpoint has a transport of its own', () => {
    expect(sizesOf({ endpoints$: EMPTY })).toEqual([10, 1000]);
  });

  it('are the same in a family, but that it keeps one connection', () => {
    const pools = createMcpPoolFamily({
      key: String,
      options: (kind: keyof typeof transports) => ({ transport: transports[kind] }),
    });
    ends.push(() => pools.close());
    const sizes = (['stdio', 'http', 'tcp'] as const).map((kind) => pools.for(kind).state.maxSize);
    expect(sizes).toEqual([processes, 100, 1000]);
  });
});

it('keeps one session with a server over HTTP, and asks nothing of it while idle but its health', async () => {
  const http = await startHttpServer();
  ends.push(() => http.stop());
  const pool = opened({ transport: streamableHttp({ url: http.url }), healthCheckIntervalMs: 50 });
  await pool.ready();
  await until(() => pool.state.connections.get(0)?.health === 'healthy');
  // What is said once, when a session begins, is over.
  await until(() => http.log.at(-1) === 'POST ping');
  const asked = http.log.length;
  await until(() => http.log.length >= asked + 5);
  expect(new Set(http.log.slice(asked))).toEqual(new Set(['POST ping']));
  expect(pool.state.size).toBe(1);
});
