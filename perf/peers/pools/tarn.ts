import { promiseClients } from '../loops/promise-loops.ts';
import type { Connection, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

/** The pool of knex. Each of its checkouts has a timer, 30 s when nobody says anything. */
export const tarn: Peer = {
  name: 'tarn',
  kind: 'pool',
  hasTimeout: true,
  open: async ({ size, timeoutMs }) => {
    const { Pool } = await import('tarn');
    let id = 0;
    const pool = new Pool<Connection>({
      create: (callback) => void callback(null, { id: id++ }),
      destroy: () => undefined,
      min: size,
      max: size,
      ...(timeoutMs === undefined ? {} : { acquireTimeoutMillis: timeoutMs }),
    });
    const clients = promiseClients<Connection>({
      acquire: () => pool.acquire().promise,
      release: (connection) => void pool.release(connection),
    });
    await warmUp(clients, size);
    return { ...clients, waiting: () => pool.numPendingAcquires() };
  },
};
