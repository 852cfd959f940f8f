import type { Workload } from '../support/workload.ts';
import type { Bench } from './bench.ts';
import { bench as checkout } from './checkout/checkout.ts';
import { bench as use } from './requests/use.ts';
import { bench as withConnection } from './requests/with-connection.ts';
import { bench as framer } from './mcp/lines/framer.ts';
import { bench as latencyHistogram } from './metrics/latency-histogram.ts';
import { bench as instrumentPool } from './otel/instrument-pool.ts';
import { bench as pool } from './pool.ts';
import { workloadOf } from './run-bench.ts';
import { bench as collectPool } from './prometheus/collect-pool.ts';
import { bench as reduce } from './state/reduce.ts';
import { bench as chooser } from './checkout/chooser.ts';

const all: readonly Bench[] = [
  pool,
  checkout,
  use,
  withConnection,
  reduce,
  chooser,
  latencyHistogram,
  framer,
  instrumentPool,
  collectPool,
];

/** Each bench by itself. */
export const benches: readonly Workload[] = all.map(workloadOf);

/** All of them, one after another. */
export const micro: Workload = {
  name: 'micro',
  summary: 'what single parts cost: all of these, about 4 minutes',
  run: async (quick) => {
    for (const bench of benches) await bench.run(quick);
  },
};
