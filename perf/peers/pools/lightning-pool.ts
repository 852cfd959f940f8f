import { type Pool, createPool } from 'lightning-pool';
import { callbackClients } from '../loops/callback-loops.ts';
import { promiseClients } from '../loops/promise-loops.ts';
import type { Clients, Connection, Opening, OpenPeer, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

/** With its callbacks. */
export const lightningPool: Peer = {
  name: 'lightning-pool',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) =>
    opened(opening, (pool) =>
      callbackClients<Connection>({
        acquire: (callback) => pool.acquire(callback),
        release: (connection) => pool.release(connection),
      }),
    ),
};

/** With its promises. */
export const lightningPoolPromises: Peer = {
  name: 'lightning-pool, promises',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) =>
    opened(opening, (pool) =>
      promiseClients<Connection>({
        acquire: () => pool.acquire(),
        release: (connection) => pool.release(connection),
      }),
    ),
};

async function opened({ size, timeoutMs }: Opening, clientsOf: (pool: Pool<Connection>) => Clients): Promise<OpenPeer> {
  let id = 0;
  const factory = { create: (): Connection => ({ id: id++ }), destroy: () => undefined };
  const timeout = timeoutMs === undefined ? {} : { acquireTimeoutMillis: timeoutMs };
  // By itself it refuses whoever comes when 1000 wait.
  const pool = createPool<Connection>(factory, { min: size, max: size, maxQueue: 1e6, ...timeout });
  const clients = clientsOf(pool);
  await warmUp(clients, size);
  return { ...clients, waiting: () => pool.pending };
}
