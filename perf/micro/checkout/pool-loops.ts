import type { Lease, Pool } from '../../../lib/index.ts';

/** One client, `pairs` times a checkout and a checkin; nobody else is there, so each is over at once. */
export function sequentialOnPool(pool: Pool<number>, pairs: number): void {
  for (let i = 0; i < pairs; i++) {
    pool.checkout().subscribe({ next: checkin, error: fail });
  }
}

/** Many clients, each holding what it got for one microtask; `pairs` of all together. */
export async function contendedOnPool(pool: Pool<number>, clients: number, pairs: number): Promise<void> {
  let left = pairs;
  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const hold = (lease: Lease<number>): void => {
        void Promise.resolve().then(() => {
          lease.checkin();
          ask();
        });
      };
      const ask = (): void => {
        if (left-- <= 0) {
          resolve();
          return;
        }
        pool.checkout().subscribe({ next: hold, error: reject });
      };
      ask();
    });
  await Promise.all(Array.from({ length: clients }, client));
}

function checkin(lease: Lease<number>): void {
  lease.checkin();
}

function fail(error: unknown): never {
  throw error;
}
