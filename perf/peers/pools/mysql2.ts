import type { Pool, PoolConnection as Connection } from 'mysql2';
import { callbackClients } from '../loops/callback-loops.ts';
import type { Peer } from '../peer.ts';

/** The callback core, on which its promises rest. */
export const mysql2: Peer = {
  name: 'mysql2',
  kind: 'pool',
  hasTimeout: false,
  open: async ({ size }) => {
    const { PoolConnection, createPool } = await import('mysql2');
    const pool = createPool({ connectionLimit: size, waitForConnections: true });
    const { _allConnections, _freeConnections, _connectionQueue } = pool as unknown as Inside;
    for (let i = 0; i < size; i++) {
      const connection = fakeConnection(pool, PoolConnection.prototype);
      _allConnections.push(connection);
      _freeConnections.push(connection);
    }
    const clients = callbackClients<Connection>({
      acquire: (callback) => pool.getConnection(callback),
      release: (connection) => connection.release(),
    });
    return { ...clients, waiting: () => _connectionQueue.length };
  },
};

interface Queue {
  readonly length: number;
  push(connection: Connection): void;
}

/** What the pool has that its declarations do not tell. */
interface Inside {
  readonly _allConnections: Queue;
  readonly _freeConnections: Queue;
  readonly _connectionQueue: Queue;
}

// A real one opens a socket as soon as it is made. This one has its methods, and of its fields those of a pooled one.
function fakeConnection(pool: Pool, prototype: object): Connection {
  const fields = { _pool: pool, _released: false, lastActiveTime: Date.now() };
  return Object.assign(Object.create(prototype) as Connection, fields);
}
