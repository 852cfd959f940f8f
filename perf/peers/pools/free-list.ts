import { FreeList } from '../../micro/free-list.ts';
import { promiseClients } from '../loops/own-copy.ts';
import type { Peer } from '../peer.ts';

/** The least that a pool can be. */
export const freeList: Peer = {
  name: 'free list',
  kind: 'floor',
  hasTimeout: false,
  open: async (use, { size }) => {
    const list = new FreeList(size);
    const clients = await promiseClients<number>(use, {
      acquire: () => list.checkout(),
      release: (connection) => list.checkin(connection),
    });
    return { ...clients, waiting: () => undefined, close: () => Promise.resolve() };
  },
};
