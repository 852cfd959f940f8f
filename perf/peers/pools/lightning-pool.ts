import type { Pool } from 'lightning-pool';
import { callbackClients } from '../loops/callback-loops.ts';
import { promiseClients } from '../loops/promise-loops.ts';
import { useClients } from '../loops/use-loops.ts';
import type { Clients, Connection, Opening, OpenPeer, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

/** With its callbacks. */
export const lightningPool: Peer = {
  name: 'lightning-pool, callbacks',
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

/** It has no `use`, so its users write what `use` would do. */
export const lightningPoolByHand: Peer = {
  name: 'lightning-pool, by hand',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) => opened(opening, (pool) => useClients({ use: (work) => usedByHand(pool, work) })),
};

async function usedByHand(pool: Pool<Connection>, work: () => Promise<void>): Promise<void> {
  const connection = await pool.acquire();
  try {
    await work();
  } finally {
    pool.release(connection);
  }
}

async function opened({ size, timeoutMs }: Opening, clientsOf: (pool: Pool<Connection>) => Clients): Promise<OpenPeer> {
  const { createPool } = await import('lightning-pool');
  let id = 0;
  const factory = { create: (): Connection => ({ id: id++ }), destroy: () => undefined };
  const timeout = timeoutMs === undefined ? {} : { acquireTimeoutMillis: timeoutMs };
  const pool = createPool<Connection>(factory, {
    // With another `min` each acquire looks in `process.nextTick` for connections that are missing, and costs twice as much.
    min: 0,
    max: size,
    // Nothing is closed for being idle, so that the size is fixed all the same.
    houseKeepInterval: 0,
    // By itself it refuses whoever comes when 1000 wait.
    maxQueue: 1e6,
    ...timeout,
  });
  const clients = clientsOf(pool);
  await warmUp(clients, size);
  return { ...clients, waiting: () => pool.pending };
}
