import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { callbackClients } from '../loops/callback-loops.ts';
import { promiseClients } from '../loops/promise-loops.ts';
import type { Clients, Opening, OpenPeer, Peer } from '../peer.ts';
import { warmUp } from './warm-up.ts';

interface Client {
  release(): void;
}

interface PgPool {
  readonly waitingCount: number;
  connect(): Promise<Client>;
  connect(callback: (error: unknown, client?: Client) => void): void;
}

type PgPoolClass = new (options: object) => PgPool;

/** With its callbacks. */
export const pgPool: Peer = {
  name: 'pg-pool, callbacks',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) =>
    opened(opening, (pool) =>
      callbackClients<Client>({
        acquire: (callback) => pool.connect(callback),
        release: (client) => client.release(),
      }),
    ),
};

/** With its promises. */
export const pgPoolPromises: Peer = {
  name: 'pg-pool, promises',
  kind: 'pool',
  hasTimeout: true,
  open: (opening) =>
    opened(opening, (pool) =>
      promiseClients<Client>({
        acquire: () => pool.connect(),
        release: (client) => client.release(),
      }),
    ),
};

/** As much of a client of `pg` as the pool looks at. */
class FakeClient extends EventEmitter {
  readonly _queryable = true;

  connect(callback: () => void): void {
    process.nextTick(callback);
  }

  isConnected(): boolean {
    return true;
  }
}

async function opened({ size, timeoutMs }: Opening, clientsOf: (pool: PgPool) => Clients): Promise<OpenPeer> {
  // It comes without declarations.
  const Pool = createRequire(import.meta.url)('pg-pool') as PgPoolClass;
  // With `min` at `max` it sets no idle timer at each checkin, which favours it.
  const pool = new Pool({ Client: FakeClient, min: size, max: size, connectionTimeoutMillis: timeoutMs ?? 0 });
  const clients = clientsOf(pool);
  await warmUp(clients, size);
  return { ...clients, waiting: () => pool.waitingCount };
}
