import { createPool } from 'generic-pool';
import { promiseClients } from '../loops/own-copy.ts';
import type { Connection, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

/** The most downloaded one. */
export const genericPool: Peer = {
  name: 'generic-pool',
  kind: 'pool',
  hasTimeout: true,
  open: async (use, { size, timeoutMs }) => {
    let id = 0;
    const create = (): Promise<Connection> => Promise.resolve({ id: id++ });
    const factory = { create, destroy: () => Promise.resolve() };
    const timeout = timeoutMs === undefined ? {} : { acquireTimeoutMillis: timeoutMs };
    const pool = createPool(factory, { min: size, max: size, ...timeout });
    const clients = await promiseClients<Connection>(use, {
      acquire: () => pool.acquire(),
      release: (connection) => void pool.release(connection),
    });
    await warmUp(clients, size);
    const close = async (): Promise<void> => {
      await pool.drain();
      await pool.clear();
    };
    return { ...clients, waiting: () => pool.pending, close };
  },
};
