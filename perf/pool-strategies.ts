import { type Strategy, leastLoaded, peakEwma, powerOfTwoChoices, random, roundRobin } from '../lib/index.ts';
import type { Case } from './support/measure.ts';
import { type Place, type Use, overBothPlaces } from './support/places.ts';
import { type CaseResult, type Ratio, spread } from './support/result.ts';
import { type Workload, report } from './support/workload.ts';

// Not `sticky`, which without a key is `roundRobin`; what it costs with one tells `perf micro/checkout/chooser`.
const STRATEGIES: Readonly<Record<string, () => Strategy>> = {
  roundRobin,
  leastLoaded,
  random,
  powerOfTwoChoices,
  peakEwma,
};
/** With a use of 1 to 5 ms, connections are short; laid bare, each choice is among 900. */
const CONNECTIONS: Readonly<Record<Use, number>> = { '1-5 ms': 50, bare: 1000 };
const SPREAD: Readonly<Record<Use, number>> = { '1-5 ms': 1.1, bare: 1.5 };
const USES: readonly Use[] = ['1-5 ms', 'bare'];
const CLIENTS = 100;

/** What the strategies cost, where it matters and where it is hidden by the use. */
export const poolStrategies: Workload = {
  name: 'pool_strategies',
  summary: 'each strategy, 100 clients: 50 connections and uses of 1 to 5 ms, and bare at 1000 connections',
  run: (extent) =>
    overBothPlaces((places) => report({ name: 'pool_strategies', suites: suitesOver(places), ratios }, extent)),
};

function suitesOver(places: readonly Place[]): Case[][] {
  return places.flatMap((place) =>
    USES.map((use) => Object.entries(STRATEGIES).map(([name, strategy]) => chosenBy(name, strategy, place, use))),
  );
}

function chosenBy(strategyName: string, strategy: () => Strategy, place: Place, use: Use): Case {
  return {
    name: nameOf(strategyName, place.name, use),
    clients: CLIENTS,
    requests: place.batch[use],
    connections: CONNECTIONS[use],
    core: place.core,
    open: () => place.open({ connections: CONNECTIONS[use], use, strategy: strategy() }),
  };
}

function nameOf(strategy: string, place: Place['name'], use: Use): string {
  return `${place}, ${use}, ${strategy}`;
}

function ratios(results: readonly CaseResult[]): Ratio[] {
  const strategies = Object.keys(STRATEGIES);
  return (['memory', 'TCP'] as const).flatMap((place) =>
    USES.map((use) => ({
      name: `${place}, ${use}, ${CONNECTIONS[use]} connections: fastest to slowest strategy`,
      value: spread(
        results,
        strategies.map((strategy) => nameOf(strategy, place, use)),
      ),
      target: { atMost: SPREAD[use] },
    })),
  );
}
