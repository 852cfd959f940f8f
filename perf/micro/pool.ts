import type { Subscription } from 'rxjs';
import type { Pool } from '../../lib/index.ts';
import type { Bench, Repeat, Row } from './bench.ts';
import { contendedOnPool, sequentialOnPool } from './checkout/pool-loops.ts';
import { openPool } from './open-pool.ts';

type Observe = (pool: Pool<number>) => Subscription;

interface Clients {
  readonly times: number;
  readonly size: number;
  readonly run: (pool: Pool<number>, times: number) => ReturnType<Repeat>;
}

const UNOBSERVED = 'unobserved';
const OBSERVERS: Readonly<Record<string, { readonly observe: Observe; readonly atMost: number }>> = {
  events$: { observe: (pool) => pool.events$.subscribe(), atMost: 2 },
  state$: { observe: (pool) => pool.state$.subscribe(), atMost: 3 },
  metrics$: { observe: (pool) => pool.metrics$.subscribe(), atMost: 1.5 },
};
const CLIENTS: Readonly<Record<string, Clients>> = {
  '1 client, 10 connections': { times: 20_000, size: 10, run: sequentialOnPool },
  '1 client, 1000 connections': { times: 20_000, size: 1000, run: sequentialOnPool },
  '100 clients, 10 connections': { times: 10_000, size: 10, run: (pool, times) => contendedOnPool(pool, 100, times) },
};

/** What being observed costs: one subscriber that looks at everything. */
export const bench: Bench = {
  name: 'pool',
  url: import.meta.url,
  summary: 'a checkout and checkin on an observed pool against an unobserved one',
  unit: 'a pair',
  rows: new Map<string, Row>(Object.entries(CLIENTS).flatMap(([name, clients]) => [...rowsOf(name, clients)])),
  targets: Object.keys(CLIENTS).flatMap((clients) =>
    Object.entries(OBSERVERS).map(([name, { atMost }]) => ({
      name: `${name} over ${UNOBSERVED}, ${clients}`,
      row: `${name}, ${clients}`,
      over: `${UNOBSERVED}, ${clients}`,
      atMost,
    })),
  ),
};

function* rowsOf(name: string, { times, size, run }: Clients): Iterable<readonly [string, Row]> {
  const unobserved = `${UNOBSERVED}, ${name}`;
  const open = async (observe?: Observe): Promise<Repeat> => {
    const pool = await openPool(size);
    observe?.(pool);
    return (n) => run(pool, n);
  };
  yield [unobserved, { times, open: () => open() }];
  for (const [observer, { observe }] of Object.entries(OBSERVERS)) {
    yield [`${observer}, ${name}`, { times, over: unobserved, open: () => open(observe) }];
  }
}
