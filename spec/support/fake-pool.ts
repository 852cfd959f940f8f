import { type Pool, type PoolEvent, type PoolOptions, createPool } from '../../lib/index.ts';
import { type Behaviour, type FakeConnection, FakeServer } from './fake-server.ts';
import { collect } from './listen.ts';
import { settle } from './virtual-time.ts';

/** A pool over a fake server, and all its events. */
export interface FakePool {
  readonly pool: Pool<FakeConnection>;
  readonly server: FakeServer;
  readonly log: PoolEvent[];
}

/** Not yet connected: for what happens in the first tick. */
export function newFakePool(
  options: Partial<PoolOptions<FakeConnection>> = {},
  behaviour: Partial<Behaviour> = {},
): FakePool {
  const server = new FakeServer(behaviour);
  const pool = createPool({ ...server.connector, seed: 1, ...options });
  return { pool, server, log: collect(pool.events$) };
}

/** Connected as far as that takes no time. */
export async function fakePool(
  options: Partial<PoolOptions<FakeConnection>> = {},
  behaviour: Partial<Behaviour> = {},
): Promise<FakePool> {
  const opened = newFakePool(options, behaviour);
  await settle();
  return opened;
}
