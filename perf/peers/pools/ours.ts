import { type Pool, createPool } from '../../../lib/index.ts';
import { leaseClients } from '../loops/lease-loops.ts';
import { useClients } from '../loops/use-loops.ts';
import type { Clients, Connection, Opening, OpenPeer, Peer } from '../peer.ts';

/** The pool of this repository, with `checkout().subscribe()`. */
export const ours: Peer = {
  name: 'rx-mcp-pool',
  kind: 'ours',
  hasTimeout: true,
  open: (opening) => opened(opening, (pool) => leaseClients<Connection>(pool)),
};

/** With `use()`, for people who live in promises. */
export const oursUsed: Peer = {
  name: 'rx-mcp-pool, use()',
  kind: 'ours',
  hasTimeout: true,
  open: (opening) => opened(opening, (pool) => useClients({ use: (work) => pool.use(work) })),
};

/** With `tryCheckout()`, which never waits: one client is all that it can be compared with. */
export const oursTried: Peer = {
  name: 'rx-mcp-pool, tryCheckout()',
  kind: 'ours',
  hasTimeout: false,
  open: (opening) =>
    opened(opening, (pool) => ({
      ...leaseClients<Connection>(pool),
      sequential: (pairs) => triedInTurn(pool, pairs),
    })),
};

async function opened({ size, timeoutMs }: Opening, clientsOf: (pool: Pool<Connection>) => Clients): Promise<OpenPeer> {
  const pool = createPool<Connection>({
    connect: ({ id }) => [{ id }],
    minSize: size,
    maxSize: size,
    maxConnecting: size,
    seed: 1,
    ...(timeoutMs === undefined ? {} : { checkoutTimeoutMs: timeoutMs }),
  });
  await pool.ready();
  return { ...clientsOf(pool), waiting: () => pool.state.waiting };
}

function triedInTurn(pool: Pool<Connection>, pairs: number): Promise<void> {
  for (let i = 0; i < pairs; i++) {
    const lease = pool.tryCheckout();
    if (lease === undefined) throw new Error('no connection is free');
    lease.checkin();
  }
  return Promise.resolve();
}
