import type { Workload } from '../support/workload.ts';
import { bench as checkout } from './checkout/checkout.ts';
import { bench as withConnection } from './checkout/with-connection.ts';
import { bench as pool } from './pool.ts';
import { workloadOf } from './run-bench.ts';

/** Each bench by itself. */
export const benches: readonly Workload[] = [pool, checkout, withConnection].map(workloadOf);

/** All of them, one after another. */
export const micro: Workload = {
  name: 'micro',
  summary: 'all benches of single parts, which are:',
  run: async (quick) => {
    for (const bench of benches) await bench.run(quick);
  },
};
