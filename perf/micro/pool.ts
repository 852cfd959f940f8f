import type { Subscription } from 'rxjs';
import type { Pool } from '../../lib/index.ts';
import type { Bench, Row } from './bench.ts';
import { contendedOnPool, sequentialOnPool } from './checkout/pool-loops.ts';
import { openPool } from './open-pool.ts';

type Observe = (pool: Pool<number>) => Subscription | undefined;

const UNOBSERVED = 'unobserved';
const OBSERVERS: Readonly<Record<string, { readonly observe: Observe; readonly atMost: number }>> = {
  events$: { observe: (pool) => pool.events$.subscribe(), atMost: 2 },
  state$: { observe: (pool) => pool.state$.subscribe(), atMost: 3 },
  metrics$: { observe: (pool) => pool.metrics$.subscribe(), atMost: 1.5 },
};
const CONTENDED = ', contended';

/** What being observed costs: one subscriber that looks at everything. */
export const bench: Bench = {
  name: 'pool',
  url: import.meta.url,
  summary: 'a checkout and checkin on an observed pool against an unobserved one',
  unit: 'a pair',
  rows: new Map<string, Row>([
    [UNOBSERVED, sequential(() => undefined)],
    ...Object.entries(OBSERVERS).map(([name, { observe }]) => [name, sequential(observe, UNOBSERVED)] as const),
    [`${UNOBSERVED}${CONTENDED}`, contended(() => undefined)],
    ...Object.entries(OBSERVERS).map(
      ([name, { observe }]) => [`${name}${CONTENDED}`, contended(observe, `${UNOBSERVED}${CONTENDED}`)] as const,
    ),
  ]),
  targets: ['', CONTENDED].flatMap((how) =>
    Object.entries(OBSERVERS).map(([name, { atMost }]) => ({
      name: `${name} over unobserved${how}`,
      row: `${name}${how}`,
      over: `${UNOBSERVED}${how}`,
      atMost,
    })),
  ),
};

function sequential(observe: Observe, over?: string): Row {
  return {
    times: 20_000,
    ...(over === undefined ? {} : { over }),
    open: async () => {
      const pool = await openPool(10);
      observe(pool);
      return (times) => sequentialOnPool(pool, times);
    },
  };
}

function contended(observe: Observe, over?: string): Row {
  return {
    times: 10_000,
    ...(over === undefined ? {} : { over }),
    open: async () => {
      const pool = await openPool(10);
      observe(pool);
      return (times) => contendedOnPool(pool, 100, times);
    },
  };
}
