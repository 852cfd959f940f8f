import { type Pool, type PoolOptions, createPool } from '../../lib/index.ts';
import { type FamilyOptions, PoolFamily } from '../../lib/mcp/family/pool-family.ts';
import { type FakeConnection, FakeServer } from './fake-server.ts';

type Options = FamilyOptions<string, string, Pool<FakeConnection>>;

/** A family of pools over fake servers, one for each key, which is the principal. */
export interface FakeFamily {
  readonly family: PoolFamily<string, string, Pool<FakeConnection>>;
  /** Each pool that was opened, in order. */
  readonly pools: Pool<FakeConnection>[];
  readonly servers: FakeServer[];
}

/** The pools take `settings`, and connect in no time. */
export function fakeFamily(
  options: Partial<Options> = {},
  settings: Partial<PoolOptions<FakeConnection>> = {},
): FakeFamily {
  const pools: Pool<FakeConnection>[] = [];
  const servers: FakeServer[] = [];
  const prepare: Options['prepare'] = (_principal, _request, name) => (closing) => {
    const server = new FakeServer();
    const pool = createPool({ ...server.connector, seed: 1, minSize: 1, maxSize: 2, name, ...settings });
    const close = pool.close.bind(pool);
    pool.close = (given) => closing(() => close(given), given);
    pools.push(pool);
    servers.push(server);
    return pool;
  };
  const family = new PoolFamily({
    name: 'pools',
    maxPools: 3,
    idleTimeoutMs: 1000,
    metricsWindowMs: 100,
    key: (principal) => principal,
    prepare,
    ...options,
  });
  return { family, pools, servers };
}
