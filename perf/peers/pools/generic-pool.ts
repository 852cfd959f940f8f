import type { Pool } from 'generic-pool';
import { promiseClients } from '../loops/promise-loops.ts';
import { useClients } from '../loops/use-loops.ts';
import type { Clients, Connection, Opening, OpenPeer, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

/** The most downloaded one, with its promises. */
export const genericPool: Peer = {
  name: 'generic-pool, promises',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) =>
    opened(opening, (pool) =>
      promiseClients<Connection>({
        acquire: () => pool.acquire(),
        release: (connection) => void pool.release(connection),
      }),
    ),
};

/** With its `use`. */
export const genericPoolUsed: Peer = {
  name: 'generic-pool, use()',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) => opened(opening, (pool) => useClients({ use: (work) => pool.use(work) })),
};

async function opened({ size, timeoutMs }: Opening, clientsOf: (pool: Pool<Connection>) => Clients): Promise<OpenPeer> {
  const { createPool } = await import('generic-pool');
  let id = 0;
  const create = (): Promise<Connection> => Promise.resolve({ id: id++ });
  const factory = { create, destroy: () => Promise.resolve() };
  const timeout = timeoutMs === undefined ? {} : { acquireTimeoutMillis: timeoutMs };
  const pool = createPool(factory, { min: size, max: size, ...timeout });
  const clients = clientsOf(pool);
  await warmUp(clients, size);
  return { ...clients, waiting: () => pool.pending };
}
