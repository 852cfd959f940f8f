import { FreeList } from '../../micro/checkout/free-list.ts';
import { promiseClients } from '../loops/promise-loops.ts';
import type { Peer } from '../peer.ts';

/** The least that a pool can be. */
export const freeList: Peer = {
  name: 'free list',
  kind: 'floor',
  hasTimeout: false,
  open: ({ size }) => {
    const list = new FreeList(size);
    const clients = promiseClients<number>({
      acquire: () => list.checkout(),
      release: (connection) => list.checkin(connection),
    });
    return { ...clients, waiting: () => undefined };
  },
};
