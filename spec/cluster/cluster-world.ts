import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { RedisAllowanceOptions } from '../../lib/cluster/index.ts';
import { type RedisServer, startRedis, stopRedis } from '../support/redis-server.ts';
import { CountingServer, ReplicaProcess } from '../support/replicas.ts';
import { type TcpProxy, startTcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

export const CAP = 10;
/** A process that gets no turn for so long would be one that was stopped. */
export const TTL_MS = 1000;

/** A Redis for all tests of a file; replicas and an upstream server for each of them. */
export interface ClusterWorld {
  readonly redis: RedisServer;
  readonly upstream: CountingServer;
  /** Starts a process whose users want so many connections. It asks Redis directly unless `port` leads to a proxy. */
  replica(want: number, options?: Partial<RedisAllowanceOptions>, port?: number): Promise<ReplicaProcess>;
  /** A way to Redis that can be disturbed. */
  proxy(): Promise<TcpProxy>;
}

/** Generous: the machine may be busy with something else. */
export const SOON_MS = 20_000;
export const TEST_TIMEOUT_MS = 90_000;

export function clusterWorld(): ClusterWorld {
  let redis: RedisServer;
  let upstream: CountingServer;
  let tests = 0;
  const replicas: ReplicaProcess[] = [];
  const proxies: TcpProxy[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(stopRedis);
  beforeEach(async () => {
    tests++;
    upstream = new CountingServer();
    await upstream.start();
  });
  afterEach(async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.kill()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
    await upstream.stop();
  });

  return {
    get redis() {
      return redis;
    },
    get upstream() {
      return upstream;
    },
    replica: async (want, options = {}, port = redis.port) => {
      const allowance = { name: `test ${tests}`, cap: CAP, ttlMs: TTL_MS, ...options };
      const started = new ReplicaProcess({
        ...{ replica: `replica ${replicas.length + 1}`, redisPort: port, upstreamPort: upstream.port },
        ...{ allowance, useMs: 20 },
      });
      replicas.push(started);
      await started.want(want);
      return started;
    },
    proxy: async () => {
      const proxy = await startTcpProxy(redis.port);
      proxies.push(proxy);
      return proxy;
    },
  };
}

/** Resolves when a replica is allowed and has so many connections; returns after how many milliseconds. */
export async function untilHas(replica: ReplicaProcess, count: number): Promise<number> {
  const since = performance.now();
  await until(async () => {
    const { allowed, active } = await replica.report();
    return allowed === count && active === count;
  }, SOON_MS);
  return performance.now() - since;
}
