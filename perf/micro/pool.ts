import type { Subscription } from 'rxjs';
import type { Pool } from '../../lib/index.ts';
import type { Bench, Repeat, Row } from './bench.ts';
import { contendedOnPool, sequentialOnPool } from './checkout/pool-loops.ts';
import { openPool } from './open-pool.ts';

type Observe = (pool: Pool<number>) => Subscription;

interface Clients {
  readonly times: number;
  readonly size: number;
  readonly load: 'sequential' | 'contended';
}

/** One who looks at everything, and how many times as long a pair may take with it. */
interface Observer {
  readonly observe: Observe;
  readonly sequential: number;
  readonly contended: number;
}

const UNOBSERVED = 'unobserved';
const OBSERVERS: Readonly<Record<string, Observer>> = {
  events$: { observe: (pool) => pool.events$.subscribe(), sequential: 1.6, contended: 2.1 },
  // At every event.
  state$: { observe: (pool) => pool.state$.subscribe(), sequential: 4, contended: 5.5 },
  metrics$: { observe: (pool) => pool.metrics$.subscribe(), sequential: 1.8, contended: 1.7 },
};
const CLIENTS: Readonly<Record<string, Clients>> = {
  '1 client, 10 connections': { times: 40_000, size: 10, load: 'sequential' },
  '1 client, 1000 connections': { times: 40_000, size: 1000, load: 'sequential' },
  '100 clients, 10 connections': { times: 40_000, size: 10, load: 'contended' },
};

/** What being observed costs: one subscriber that looks at everything. */
export const bench: Bench = {
  name: 'pool',
  url: import.meta.url,
  summary: 'a checkout and checkin on an observed pool against an unobserved one',
  unit: 'a pair',
  rows: new Map<string, Row>(Object.entries(CLIENTS).flatMap(([name, clients]) => [...rowsOf(name, clients)])),
  targets: Object.entries(CLIENTS).flatMap(([clients, { load }]) =>
    Object.entries(OBSERVERS).map(([name, { [load]: atMost }]) => ({
      name: `${name} over ${UNOBSERVED}, ${clients}`,
      row: `${name}, ${clients}`,
      over: `${UNOBSERVED}, ${clients}`,
      atMost,
    })),
  ),
};

function* rowsOf(name: string, { times, size, load }: Clients): Iterable<readonly [string, Row]> {
  const unobserved = `${UNOBSERVED}, ${name}`;
  const open = async (library: string, observe?: Observe): Promise<Repeat> => {
    const pool = await openPool(size, { library });
    observe?.(pool);
    return (n) => (load === 'sequential' ? sequentialOnPool(pool, n) : contendedOnPool(pool, 100, n));
  };
  yield [unobserved, { times, open: ({ library }) => open(library) }];
  for (const [observer, { observe }] of Object.entries(OBSERVERS)) {
    yield [`${observer}, ${name}`, { times, over: unobserved, open: ({ library }) => open(library, observe) }];
  }
}
