import { Sema } from 'async-sema';
import { promiseClients } from '../loops/own-copy.ts';
import type { Connection, Peer } from '../peer.ts';

/** A semaphore whose tokens are the connections. */
export const asyncSema: Peer = {
  name: 'async-sema',
  kind: 'floor',
  hasTimeout: false,
  open: async (use, { size }) => {
    let id = 0;
    const sema = new Sema(size, { initFn: (): Connection => ({ id: id++ }) });
    const clients = await promiseClients<Connection>(use, {
      acquire: () => sema.acquire() as Promise<Connection>,
      release: (connection) => sema.release(connection),
    });
    return { ...clients, waiting: () => sema.nrWaiting(), close: () => Promise.resolve() };
  },
};
