import { type Lease, type Pool, createPool } from '../../lib/index.ts';
import { type FakeConnection, FakeServer } from './fake-server.ts';
import { given } from './outcome.ts';
import { settle } from './virtual-time.ts';

/** A pool of one connection that nobody observes; its waiters wait for ever. */
export async function quietPool(): Promise<Pool<FakeConnection>> {
  const pool = createPool({ ...new FakeServer().connector, minSize: 1, maxSize: 1, checkoutTimeoutMs: 0, seed: 1 });
  await settle();
  return pool;
}

/** The same, and the lease of its connection. */
export async function quietBusyPool(): Promise<{
  readonly pool: Pool<FakeConnection>;
  readonly lease: Lease<FakeConnection>;
}> {
  const pool = await quietPool();
  return { pool, lease: given(pool.tryCheckout()) };
}
