import { promiseClients } from '../loops/promise-loops.ts';
import type { Connection, Peer } from '../peer.ts';

/** A semaphore whose tokens are the connections. */
export const asyncSema: Peer = {
  name: 'async-sema',
  kind: 'floor',
  hasTimeout: false,
  open: async ({ size }) => {
    const { Sema } = await import('async-sema');
    let id = 0;
    const sema = new Sema(size, { initFn: (): Connection => ({ id: id++ }) });
    const clients = promiseClients<Connection>({
      acquire: () => sema.acquire() as Promise<Connection>,
      release: (connection) => sema.release(connection),
    });
    return { ...clients, waiting: () => sema.nrWaiting() };
  },
};
