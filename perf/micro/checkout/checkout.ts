import { redisAllowance } from '../../../lib/cluster/index.ts';
import { type Strategy, leastLoaded, peakEwma, powerOfTwoChoices, random, roundRobin } from '../../../lib/index.ts';
import type { Bench, Repeat, Row } from '../bench.ts';
import { openPool } from '../open-pool.ts';
import { custom } from '../strategies/custom.ts';
import { FreeList, contendedOnList, sequentialOnList } from './free-list.ts';
import { contendedOnPool, sequentialOnPool } from './pool-loops.ts';

const STRATEGIES: Readonly<Record<string, () => Strategy>> = {
  roundRobin,
  leastLoaded,
  random,
  powerOfTwoChoices,
  peakEwma,
  custom,
};
const SIZES = [10, 100, 1000];
const FLOOR = 'free list';
const CONTENDED = 'contended';
/** A pool whose bound is kept over many machines. */
const ALLOWED = 'roundRobin, 10, allowance';
const BUSY_FLOOR = `${FLOOR}, ${CONTENDED}`;

/** The price of one checkout and checkin, against a bare `async` free list. */
export const bench: Bench = {
  name: 'checkout/checkout',
  url: import.meta.url,
  summary: 'a checkout and checkin at each size and with each strategy, against a bare free list',
  unit: 'a pair',
  rows: new Map<string, Row>([
    [FLOOR, { times: 100_000, open: listOf(sequentialOnList) }],
    ...Object.entries(STRATEGIES).flatMap(([name, strategy]) =>
      SIZES.map((size) => [`${name}, ${size}`, sequential(size, strategy)] as const),
    ),
    [ALLOWED, { times: 20_000, over: 'roundRobin, 10', open: openAllowed }],
    [BUSY_FLOOR, { times: 40_000, open: listOf((list, times) => contendedOnList(list, 100, times)) }],
    [CONTENDED, { times: 40_000, over: BUSY_FLOOR, open: openContended }],
  ]),
  targets: [
    { name: 'with an allowance over without', row: ALLOWED, over: 'roundRobin, 10', atMost: 1.1 },
    { name: 'contended over the free list', row: CONTENDED, over: BUSY_FLOOR, atMost: 0.6 },
    ...Object.keys(STRATEGIES).map((name) => ({
      name: `${name}, 1000 connections over 10`,
      row: `${name}, 1000`,
      over: `${name}, 10`,
      atMost: 1.3,
      orNs: 45,
    })),
    ...['leastLoaded', 'random', 'powerOfTwoChoices', 'peakEwma'].flatMap((name) => [
      { name: `${name} over roundRobin at 1000`, row: `${name}, 1000`, over: 'roundRobin, 1000', atMost: 1.5 },
      { name: `roundRobin over ${name} at 1000`, row: 'roundRobin, 1000', over: `${name}, 1000`, atMost: 1.5 },
    ]),
  ],
};

function listOf(loop: (list: FreeList, times: number) => Promise<void>): Row['open'] {
  return () => {
    const list = new FreeList(10);
    return (times) => loop(list, times);
  };
}

function sequential(size: number, strategy: () => Strategy): Row {
  return {
    times: 20_000,
    over: FLOOR,
    open: async () => {
      const pool = await openPool(size, { strategy: strategy() });
      return (times) => sequentialOnPool(pool, times);
    },
  };
}

async function openContended(): Promise<Repeat> {
  const pool = await openPool(10);
  return (times) => contendedOnPool(pool, 100, times);
}

async function openAllowed(): Promise<Repeat> {
  const pool = await openPool(10, {
    strategy: roundRobin(),
    allowance: redisAllowance({ redis: granting, name: 'perf', cap: 10 }),
  });
  return (times) => sequentialOnPool(pool, times);
}

/** A client of Redis that is told that everything is granted. */
const granting = {
  evalSha: (_: string, options: { readonly arguments: readonly string[] }): Promise<unknown> =>
    Promise.resolve([1, Number(options.arguments[6]), 0, 1, 1]),
  eval: (): Promise<unknown> => Promise.reject(new Error('the script is known')),
};
