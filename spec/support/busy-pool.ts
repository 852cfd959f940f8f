import { setTimeout as sleep } from 'node:timers/promises';
import { type Pool, type PoolOptions, createPool, random } from '../../lib/index.ts';
import { seeded } from './seeded.ts';

/** A pool whose clients do as they like, until it is stopped. */
export interface BusyPool {
  readonly pool: Pool<number>;
  /** Sends no more; resolves when the last lease is over. */
  readonly stop: () => Promise<void>;
}

/** What is wrong with some of its connections, and who uses them. */
export interface Business extends Partial<PoolOptions<number>> {
  readonly clients: number;
  /** Each use takes up to so long, in milliseconds; 0: a turn of the microtask queue. */
  readonly useMs?: number;
  /** Of a hundred connects, and of a hundred uses, so many fail or destroy. */
  readonly failing?: number;
}

/** Opens it, and lets the clients loose. */
export function busyPool({ clients, useMs = 8, failing = 0, ...options }: Business): BusyPool {
  const draw = seeded(11);
  const pool = createPool<number>({
    connect: async ({ id }) => {
      await sleep(draw(20));
      if (draw(100) < failing) throw new Error('connect ECONNREFUSED 10.0.0.7:3000');
      return id;
    },
    check: async () => {
      if (draw(100) < 4 * failing) throw new Error('ping was not answered');
      await sleep(1);
    },
    strategy: random(),
    connectBackoff: { minMs: 10, maxMs: 50 },
    ...options,
  });
  let isStopped = false;
  const client = async (i: number): Promise<void> => {
    while (!isStopped) {
      const work = async (): Promise<void> => {
        if (useMs > 0) await sleep(draw(useMs));
        if (draw(100) < failing) throw new Error('failed');
      };
      await pool.use(work, { key: `tenant-${i % 7}` }).catch(() => sleep(5));
      if (i % 3 === 0 && useMs > 0) await sleep(draw(useMs));
    }
  };
  const done = Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
  return {
    pool,
    stop: async () => {
      isStopped = true;
      await done;
    },
  };
}
