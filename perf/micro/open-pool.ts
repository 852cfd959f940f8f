import { type Pool, type PoolOptions, createPool } from '../../lib/index.ts';

/** A pool of a fixed size, all of it up; what it connects to is a number. */
export async function openPool(
  size: number,
  options: Pick<PoolOptions<number>, 'strategy'> = {},
): Promise<Pool<number>> {
  const connect = ({ id }: { id: number }): number[] => [id];
  // The same choices in every run.
  const pool = createPool({ ...options, connect, minSize: size, maxSize: size, maxConnecting: size, seed: 1 });
  await pool.ready();
  return pool;
}
