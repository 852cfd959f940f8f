import { type Strategy, leastLoaded, random, roundRobin } from '../lib/index.ts';
import type { Case } from './support/measure.ts';
import { memoryPool } from './support/memory-target.ts';
import { spread } from './support/result.ts';
import { bareWork, timedWork } from './support/work.ts';
import { type Workload, report } from './support/workload.ts';

const STRATEGIES: readonly (readonly [string, () => Strategy])[] = [
  ['roundRobin', roundRobin],
  ['leastLoaded', leastLoaded],
  ['random', random],
];
const CLIENTS = 100;

/** What the strategies cost, where it matters and where it is hidden by the use. */
export const poolStrategies: Workload = {
  name: 'pool_strategies',
  summary: 'each strategy, 100 clients: 50 connections and uses of 1 to 5 ms, and bare at 1000 connections',
  run: (quick) =>
    report(
      {
        name: 'pool_strategies',
        cases: [...STRATEGIES.map(timed), ...STRATEGIES.map(bare)],
        ratios: (results) => [
          {
            name: 'uses of 1 to 5 ms, fastest to slowest strategy',
            value: spread(results, STRATEGIES.map(timedName)),
            target: { atMost: 1.1 },
          },
          {
            name: 'bare at 1000 connections, fastest to slowest strategy',
            value: spread(results, STRATEGIES.map(bareName)),
            target: { atMost: 1.5 },
          },
        ],
      },
      quick,
    ),
};

function timed(named: readonly [string, () => Strategy]): Case {
  return {
    name: timedName(named),
    clients: CLIENTS,
    requests: 2000,
    connections: 50,
    open: () => memoryPool({ connections: 50, strategy: named[1](), work: timedWork }),
  };
}

function bare(named: readonly [string, () => Strategy]): Case {
  return {
    name: bareName(named),
    clients: CLIENTS,
    requests: 20_000,
    connections: 1000,
    open: () => memoryPool({ connections: 1000, strategy: named[1](), work: bareWork }),
  };
}

function timedName([strategy]: readonly [string, unknown]): string {
  return `${strategy}, 1-5 ms`;
}

function bareName([strategy]: readonly [string, unknown]): string {
  return `${strategy}, bare`;
}
