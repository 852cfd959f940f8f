import type { Clients, Hold } from '../peer.ts';

/** A pool whose users await a connection. */
export interface PromisePool<C> {
  acquire(): Promise<C>;
  release(connection: C): void;
}

const HOLDS: Readonly<Record<Hold, () => Promise<void>>> = {
  microtask: () => Promise.resolve(),
  immediate: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Clients that await. */
export function promiseClients<C>(pool: PromisePool<C>): Clients {
  return {
    sequential: (pairs) => sequential(pool, pairs),
    contended: (clients, pairs, hold) => contended(pool, clients, pairs, HOLDS[hold]),
    asker: (served, failed) => {
      const got = (connection: C): void => served(() => pool.release(connection));
      return () => void pool.acquire().then(got, failed);
    },
  };
}

async function sequential<C>(pool: PromisePool<C>, pairs: number): Promise<void> {
  for (let i = 0; i < pairs; i++) pool.release(await pool.acquire());
}

async function contended<C>(
  pool: PromisePool<C>,
  clients: number,
  pairs: number,
  held: () => Promise<void>,
): Promise<void> {
  let left = pairs;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const connection = await pool.acquire();
      await held();
      pool.release(connection);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}
