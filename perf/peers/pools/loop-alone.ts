import { callbackClients } from '../loops/callback-loops.ts';
import { promiseClients } from '../loops/promise-loops.ts';
import type { Connection, Peer } from '../peer.ts';

const only: Connection = { id: 0 };

/** The loop of a client that is called back, with nothing behind it: what it costs is in every row that is called back. */
export const callbackLoop: Peer = {
  name: 'the loop alone, callbacks',
  kind: 'floor',
  hasTimeout: false,
  open: () => ({
    ...callbackClients<Connection>({ acquire: (callback) => callback(undefined, only), release: () => undefined }),
    waiting: () => undefined,
  }),
};

/** The loop of a client that awaits. */
export const promiseLoop: Peer = {
  name: 'the loop alone, promises',
  kind: 'floor',
  hasTimeout: false,
  open: () => ({
    ...promiseClients<Connection>({ acquire: () => Promise.resolve(only), release: () => undefined }),
    waiting: () => undefined,
  }),
};
