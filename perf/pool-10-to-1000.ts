import { roundRobin } from '../lib/index.ts';
import type { Case } from './support/measure.ts';
import { type Place, type Use, overBothPlaces } from './support/places.ts';
import { type CaseResult, type Ratio, spread, timesFaster } from './support/result.ts';
import { type Workload, report } from './support/workload.ts';

const SIZES = [10, 50, 100, 250, 500, 1000];
const USES: readonly Use[] = ['1-5 ms', 'bare'];
/** As many connections as clients, and more: beyond them a larger pool has nothing more to do. */
const AMPLE = [100, 250, 500, 1000];
const CLIENTS = 100;

/** How throughput and latency change with the number of connections. */
export const pool10To1000: Workload = {
  name: 'pool_10_to_1000',
  summary: '100 clients on 10, 50, 100, 250, 500 and 1000 connections, in memory and over TCP',
  run: (extent) =>
    overBothPlaces((places) => report({ name: 'pool_10_to_1000', suites: suitesOver(places), ratios }, extent)),
};

function suitesOver(places: readonly Place[]): Case[][] {
  return places.flatMap((place) => USES.map((use) => SIZES.map((connections) => sized(place, use, connections))));
}

function sized(place: Place, use: Use, connections: number): Case {
  return {
    name: nameOf(place.name, use, connections),
    clients: CLIENTS,
    // Few connections take long over a batch, and are worked off to its end just the same.
    requests: use === 'bare' ? place.batch.bare : Math.min(place.batch[use], 100 * connections),
    connections,
    core: place.core,
    open: () => place.open({ connections, use, strategy: roundRobin() }),
  };
}

function nameOf(place: Place['name'], use: Use, connections: number): string {
  return `${place}, ${use}, ${connections} connections`;
}

function ratios(results: readonly CaseResult[]): Ratio[] {
  return [
    {
      name: 'memory, 1-5 ms: throughput of 50 connections over that of 10',
      value: timesFaster(results, nameOf('memory', '1-5 ms', 50), nameOf('memory', '1-5 ms', 10)),
      target: { atLeast: 4 },
    },
    ...(['memory', 'TCP'] as const).flatMap((place) => USES.map((use) => evenness(results, place, use))),
  ];
}

function evenness(results: readonly CaseResult[], place: Place['name'], use: Use): Ratio {
  return {
    name: `${place}, ${use}: fastest to slowest of 100 to 1000 connections`,
    value: spread(
      results,
      AMPLE.map((connections) => nameOf(place, use, connections)),
    ),
    target: { atMost: 1.2 },
  };
}
