import { Registry } from 'prom-client';
import type { Pool } from '../../../lib/index.ts';
import { collectPool } from '../../../lib/prometheus/index.ts';
import type { Bench, Repeat, Row } from '../bench.ts';
import { sequentialOnPool } from '../checkout/pool-loops.ts';
import { openPool } from '../open-pool.ts';

const UNOBSERVED = 'unobserved';
const times = 20_000;

/** What two times recorded by hand cost, against the metrics of the pool itself. */
export const bench: Bench = {
  name: 'prometheus/collect-pool',
  url: import.meta.url,
  summary: 'a checkout and checkin on a pool that Prometheus is told of',
  unit: 'a pair',
  rows: new Map<string, Row>([
    [UNOBSERVED, { times, open: () => open() }],
    ['metrics$', { times, over: UNOBSERVED, open: () => open((pool) => pool.metrics$.subscribe()) }],
    [
      'collected',
      { times, over: UNOBSERVED, open: () => open((pool) => collectPool(pool, { registry: new Registry() })) },
    ],
  ]),
  targets: [{ name: 'collected over unobserved', row: 'collected', over: UNOBSERVED, atMost: 1.5 }],
};

async function open(observe?: (pool: Pool<number>) => unknown): Promise<Repeat> {
  const pool = await openPool(10);
  observe?.(pool);
  return (pairs) => {
    sequentialOnPool(pool, pairs);
  };
}
