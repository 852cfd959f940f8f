import type { Clients, Hold } from '../peer.ts';

/** A pool that is handed what is to be done with a connection. */
export interface UsedPool {
  use(work: () => Promise<void>): Promise<unknown>;
}

const HOLDS: Readonly<Record<Hold, () => Promise<void>>> = {
  microtask: () => Promise.resolve(),
  immediate: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Clients that hand over their work and await its end; one turn of the microtask queue is the least that it takes. */
export function useClients(pool: UsedPool): Clients {
  return {
    sequential: (pairs) => sequential(pool, pairs),
    contended: (clients, pairs, hold) => contended(pool, clients, pairs, HOLDS[hold]),
    asker: (served, failed) => {
      const work = (): Promise<void> => new Promise((giveBack) => served(giveBack));
      return () => void pool.use(work).catch(failed);
    },
  };
}

async function sequential(pool: UsedPool, pairs: number): Promise<void> {
  for (let i = 0; i < pairs; i++) await pool.use(HOLDS.microtask);
}

async function contended(pool: UsedPool, clients: number, pairs: number, work: () => Promise<void>): Promise<void> {
  let left = pairs;
  const client = async (): Promise<void> => {
    while (left-- > 0) await pool.use(work);
  };
  await Promise.all(Array.from({ length: clients }, client));
}
