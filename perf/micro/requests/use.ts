import { firstValueFrom, of } from 'rxjs';
import type { Pool } from '../../../lib/index.ts';
import type { Bench, Row } from '../bench.ts';
import { openPool } from '../open-pool.ts';
import { sequentialOnPool } from '../checkout/pool-loops.ts';

const SUBSCRIBED = 'checkout().subscribe';

type Loop = (pool: Pool<number>, times: number) => Promise<void> | void;

/** The ways to have a connection, one client after another. */
export const bench: Bench = {
  name: 'requests/use',
  url: import.meta.url,
  summary: 'lease(), use() and an awaited checkout against a subscribed one',
  unit: 'a use',
  rows: new Map<string, Row>([
    [SUBSCRIBED, rowOf(sequentialOnPool)],
    ['tryCheckout()', rowOf(tried, SUBSCRIBED)],
    ['await lease()', rowOf(leased, SUBSCRIBED)],
    ['await firstValueFrom(checkout())', rowOf(awaited, SUBSCRIBED)],
    ['await use(of)', rowOf(usedAtOnce, SUBSCRIBED)],
    ['await use(promise)', rowOf(usedForAMicrotask, SUBSCRIBED)],
  ]),
  targets: [],
};

function rowOf(loop: Loop, over?: string): Row {
  return {
    times: 20_000,
    ...(over === undefined ? {} : { over }),
    open: async () => {
      const pool = await openPool(10);
      return (times) => loop(pool, times);
    },
  };
}

function tried(pool: Pool<number>, times: number): void {
  for (let i = 0; i < times; i++) pool.tryCheckout()?.checkin();
}

async function leased(pool: Pool<number>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) (await pool.lease()).checkin();
}

async function awaited(pool: Pool<number>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) (await firstValueFrom(pool.checkout())).checkin();
}

async function usedAtOnce(pool: Pool<number>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await pool.use((connection) => of(connection));
}

async function usedForAMicrotask(pool: Pool<number>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await pool.use((connection) => Promise.resolve(connection));
}
