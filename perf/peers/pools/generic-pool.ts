import { createPool } from 'generic-pool';
import { promiseClients } from '../loops/promise-loops.ts';
import type { Connection, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

/** The most downloaded one. */
export const genericPool: Peer = {
  name: 'generic-pool',
  kind: 'pool',
  hasTimeout: true,
  open: async ({ size, timeoutMs }) => {
    let id = 0;
    const create = (): Promise<Connection> => Promise.resolve({ id: id++ });
    const factory = { create, destroy: () => Promise.resolve() };
    const timeout = timeoutMs === undefined ? {} : { acquireTimeoutMillis: timeoutMs };
    const pool = createPool(factory, { min: size, max: size, ...timeout });
    const clients = promiseClients<Connection>({
      acquire: () => pool.acquire(),
      release: (connection) => void pool.release(connection),
    });
    await warmUp(clients, size);
    return { ...clients, waiting: () => pool.pending };
  },
};
