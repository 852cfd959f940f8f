import { roundRobin } from '../lib/index.ts';
import type { Case } from './support/measure.ts';
import { memoryPool } from './support/memory-target.ts';
import { spread } from './support/result.ts';
import { bareWork, timedWork } from './support/work.ts';
import { type Workload, report } from './support/workload.ts';

const SIZES = [10, 50, 100, 250, 500, 1000];
const CLIENTS = 100;

/** How throughput and latency change with the number of connections. */
export const pool10To1000: Workload = {
  name: 'pool_10_to_1000',
  summary: '100 clients on 10, 50, 100, 250, 500 and 1000 connections; uses of 1 to 5 ms, and bare',
  run: (quick) =>
    report(
      {
        name: 'pool_10_to_1000',
        cases: [...SIZES.map(timed), ...SIZES.map(bare)],
        ratios: (results) => [
          // With 10 and 50 connections most of the clients wait, which is another path than with 100 and more.
          {
            name: 'bare, fastest to slowest of 100 to 1000 connections',
            value: spread(results, [100, 250, 500, 1000].map(bareName)),
            target: { atMost: 1.2 },
          },
        ],
      },
      quick,
    ),
};

function timed(connections: number): Case {
  return {
    name: `1-5 ms, ${connections} connections`,
    clients: CLIENTS,
    requests: 2000,
    connections,
    open: () => memoryPool({ connections, strategy: roundRobin(), work: timedWork }),
  };
}

function bare(connections: number): Case {
  return {
    name: bareName(connections),
    clients: CLIENTS,
    requests: 20_000,
    connections,
    open: () => memoryPool({ connections, strategy: roundRobin(), work: bareWork }),
  };
}

function bareName(connections: number): string {
  return `bare, ${connections} connections`;
}
