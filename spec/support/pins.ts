import { firstValueFrom } from 'rxjs';
import type { CheckoutOptions, Lease, Pool, PoolOptions } from '../../lib/index.ts';
import { type FakePool, fakePool } from './fake-pool.ts';
import type { FakeConnection } from './fake-server.ts';

/** A pool over a fake server that keeps connections for keys, and is left alone by timers of any other kind. */
export function openPins(more: Partial<PoolOptions<FakeConnection>> = {}, connectMs = 0): Promise<FakePool> {
  const quiet = { healthCheckIntervalMs: 0, idleTimeoutMs: 0, maxLifetimeMs: 0 };
  return fakePool({ minSize: 0, maxSize: 4, pinIdleMs: 1000, ...quiet, ...more }, { connectMs });
}

/** A lease for a key. */
export function leaseFor(
  pool: Pool<FakeConnection>,
  key: string,
  options: CheckoutOptions = {},
): Promise<Lease<FakeConnection>> {
  return firstValueFrom(pool.checkout({ key, ...options }));
}

/** Leases a connection for a key, and gives it back at once; resolves with its id. */
export async function useFor(pool: Pool<FakeConnection>, key: string): Promise<number> {
  const held = await leaseFor(pool, key);
  held.checkin();
  return held.connection.id;
}

/** Asks for so many leases for a key, each given back after a while. */
export function crowdFor(pool: Pool<FakeConnection>, key: string, size: number, holdMs = 0): Promise<number>[] {
  const work = ({ id }: FakeConnection): Promise<number> =>
    new Promise((resolve) => {
      setTimeout(resolve, holdMs, id);
    });
  return Array.from({ length: size }, () => pool.use(work, { key }));
}
