import type { Clients, Hold } from '../peer.ts';

/** A pool that calls back with a connection, now or later. */
export interface CallbackPool<C> {
  acquire(callback: (error: unknown, connection?: C) => void): void;
  release(connection: C): void;
}

const HOLDS: Readonly<Record<Hold, (release: () => void) => void>> = {
  // Not `queueMicrotask`, which costs several times as much in Node.
  microtask: (release) => void Promise.resolve().then(release),
  immediate: (release) => void setImmediate(release),
};

/** Clients that are called back. */
export function callbackClients<C>(pool: CallbackPool<C>): Clients {
  return {
    sequential: (pairs) => sequential(pool, pairs),
    contended: (clients, pairs, hold) => contended(pool, clients, pairs, HOLDS[hold]),
    asker: (served, failed) => {
      const done = (error: unknown, connection?: C): void => {
        if (connection === undefined) failed(error);
        else served(() => pool.release(connection));
      };
      return () => pool.acquire(done);
    },
  };
}

function sequential<C>(pool: CallbackPool<C>, pairs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let served = 0;
    let isAsking = false;
    const done = (error: unknown, connection?: C): void => {
      if (connection === undefined) {
        reject(asError(error));
        return;
      }
      pool.release(connection);
      served++;
      if (!isAsking) ask();
    };
    // A pool that calls back at once must not grow the stack.
    const ask = (): void => {
      isAsking = true;
      while (asked === served && asked < pairs) {
        asked++;
        pool.acquire(done);
      }
      isAsking = false;
      if (served === pairs) resolve();
    };
    ask();
  });
}

async function contended<C>(
  pool: CallbackPool<C>,
  clients: number,
  pairs: number,
  hold: (release: () => void) => void,
): Promise<void> {
  let left = pairs;
  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (error: unknown, connection?: C): void => {
        if (connection === undefined) {
          reject(asError(error));
          return;
        }
        hold(() => {
          pool.release(connection);
          ask();
        });
      };
      const ask = (): void => {
        if (left-- > 0) pool.acquire(done);
        else resolve();
      };
      ask();
    });
  await Promise.all(Array.from({ length: clients }, client));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('neither an error nor a connection');
}
