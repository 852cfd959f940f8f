import type { Lease, Pool } from '../../../lib/index.ts';
import { libraryAt, rxjsOf } from '../../support/library.ts';
import { leaseClients } from '../loops/lease-loops.ts';
import { promiseClients } from '../loops/promise-loops.ts';
import { useClients } from '../loops/use-loops.ts';
import type { Clients, Connection, Opening, OpenPeer, Peer } from '../peer.ts';

/** The pool of this repository, with `checkout().subscribe()`. */
export const ours: Peer = {
  name: 'rx-mcp-pool, subscribe',
  kind: 'ours',
  hasTimeout: true,
  open: (opening) => opened(opening, (pool) => leaseClients<Connection>(pool)),
};

/** With `lease()`, for people who await. */
export const oursLeased: Peer = {
  name: 'rx-mcp-pool, lease()',
  kind: 'ours',
  hasTimeout: true,
  open: (opening) =>
    opened(opening, (pool) => {
      // Looked for here: a library that is older has no such method, which shall be told at once.
      if (!('lease' in pool)) throw new Error('the pool has no lease()');
      return promiseClients<Lease<Connection>>({ acquire: () => pool.lease(), release: (lease) => lease.checkin() });
    }),
};

/** With `firstValueFrom(checkout())`, as people awaited before there was `lease()`. */
export const oursAwaited: Peer = {
  name: 'rx-mcp-pool, firstValueFrom',
  kind: 'ours',
  hasTimeout: true,
  open: async (opening) => {
    const { firstValueFrom } = await rxjsOf(opening.library);
    return opened(opening, (pool) =>
      promiseClients<Lease<Connection>>({
        acquire: () => firstValueFrom(pool.checkout()),
        release: (lease) => lease.checkin(),
      }),
    );
  },
};

/** With `use()`, of work that ends with a promise. */
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

async function opened(
  { size, timeoutMs, library }: Opening,
  clientsOf: (pool: Pool<Connection>) => Clients,
): Promise<OpenPeer> {
  const { createPool } = await libraryAt(library);
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
