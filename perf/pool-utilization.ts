import type { Case } from './support/measure.ts';
import { type Place, overBothPlaces } from './support/places.ts';
import { type CaseResult, type Ratio, resultOf, timesFaster } from './support/result.ts';
import { type Workload, report } from './support/workload.ts';

const CLIENTS = [10, 25, 50, 75, 100, 150];
const CONNECTIONS = 100;

/** How a pool behaves as it fills up, and beyond. */
export const poolUtilization: Workload = {
  name: 'pool_utilization',
  summary: '10, 25, 50, 75, 100 and 150 clients on 100 connections, uses of 1 to 5 ms, in memory and over TCP',
  run: (extent) =>
    overBothPlaces((places) => report({ name: 'pool_utilization', suites: suitesOver(places), ratios }, extent)),
};

function suitesOver(places: readonly Place[]): Case[][] {
  return places.map((place) => CLIENTS.map((clients) => filledBy(place, clients)));
}

function filledBy(place: Place, clients: number): Case {
  return {
    name: nameOf(place.name, clients),
    clients,
    // The same number of turns for each client, so that all batches take about as long.
    requests: 20 * clients,
    connections: CONNECTIONS,
    core: place.core,
    open: () => place.open({ connections: CONNECTIONS, use: '1-5 ms' }),
  };
}

function nameOf(place: Place['name'], clients: number): string {
  return `${place}, ${clients} clients`;
}

function ratios(results: readonly CaseResult[]): Ratio[] {
  const memory: Ratio = {
    name: 'memory: throughput of 100 clients over that of 10',
    value: timesFaster(results, nameOf('memory', 100), nameOf('memory', 10)),
    target: { atLeast: 8 },
  };
  return [memory, ...(['memory', 'TCP'] as const).flatMap((place) => whenFull(results, place))];
}

function whenFull(results: readonly CaseResult[], place: Place['name']): Ratio[] {
  return [
    {
      name: `${place}: share of the connections in use with 150 clients`,
      value: (resultOf(results, nameOf(place, 150)).utilizationPercent ?? NaN) / 100,
      target: { atLeast: 0.95 },
    },
    {
      name: `${place}: throughput of 150 clients over that of 100`,
      value: timesFaster(results, nameOf(place, 150), nameOf(place, 100)),
      target: { atLeast: place === 'memory' ? 0.95 : 0.9 },
    },
  ];
}
