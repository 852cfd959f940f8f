import type { Pool, PoolOptions } from '../../lib/index.ts';
import { THIS_LIBRARY, libraryAt } from '../support/library.ts';

/** How it is opened; by the library of this build when none is named. */
export interface PoolToOpen extends Pick<PoolOptions<number>, 'strategy' | 'allowance'> {
  readonly library?: string;
}

/** A pool of a fixed size, all of it up; what it connects to is a number. */
export async function openPool(
  size: number,
  { library = THIS_LIBRARY, ...options }: PoolToOpen = {},
): Promise<Pool<number>> {
  const { createPool } = await libraryAt(library);
  const connect = ({ id }: { id: number }): number[] => [id];
  // The same choices in every run.
  const pool = createPool({ ...options, connect, minSize: size, maxSize: size, maxConnecting: size, seed: 1 });
  await pool.ready();
  return pool;
}
