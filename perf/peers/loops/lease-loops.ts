import type { Observable } from 'rxjs';
import type { Clients, Hold } from '../peer.ts';

/** A pool whose users subscribe. */
export interface LeasingPool<C> {
  checkout(): Observable<Lease<C>>;
}

/** What they get. */
export interface Lease<C> {
  readonly connection: C;
  checkin(): void;
}

const HOLDS: Readonly<Record<Hold, (release: () => void) => void>> = {
  microtask: (release) => void Promise.resolve().then(release),
  immediate: (release) => void setImmediate(release),
};

/** Clients that subscribe. */
export function leaseClients<C>(pool: LeasingPool<C>): Clients {
  return {
    sequential: (pairs) => sequential(pool, pairs),
    contended: (clients, pairs, hold) => contended(pool, clients, pairs, HOLDS[hold]),
    asker: (served, failed) => {
      const next = (lease: Lease<C>): void => served(() => lease.checkin());
      return () => void pool.checkout().subscribe({ next, error: failed });
    },
  };
}

// Nobody else is there, so each checkout is over at once.
function sequential<C>(pool: LeasingPool<C>, pairs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let served = 0;
    const next = (lease: Lease<C>): void => {
      served++;
      lease.checkin();
    };
    for (let i = 0; i < pairs; i++) pool.checkout().subscribe({ next, error: reject });
    if (served === pairs) resolve();
    else reject(new Error(`${served} of ${pairs} checkouts were served at once`));
  });
}

async function contended<C>(
  pool: LeasingPool<C>,
  clients: number,
  pairs: number,
  hold: (release: () => void) => void,
): Promise<void> {
  let left = pairs;
  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (lease: Lease<C>): void =>
        hold(() => {
          lease.checkin();
          ask();
        });
      const ask = (): void => {
        if (left-- > 0) pool.checkout().subscribe({ next, error: reject });
        else resolve();
      };
      ask();
    });
  await Promise.all(Array.from({ length: clients }, client));
}
