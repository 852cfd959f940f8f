import type { Subscription } from 'rxjs';
import { type Pool, type Strategy, createPool, leastLoaded, random, roundRobin } from '../../lib/index.ts';
import { originOf } from '../support/machine.ts';
import { type Ratio, isMet } from '../support/result.ts';
import { type Repeated, type Rounds, roundRobinRounds } from '../support/rounds.ts';
import { aligned, ratioLine } from '../support/table.ts';
import { type Workload, write } from '../support/workload.ts';
import { FreeList, contendedOnList, sequentialOnList } from './free-list.ts';
import { contendedOnPool, sequentialOnPool } from './pool-loops.ts';

const STRATEGIES: Readonly<Record<string, () => Strategy>> = { roundRobin, leastLoaded, random };
const OBSERVERS: Readonly<Record<string, (pool: Pool<number>) => Subscription | undefined>> = {
  unobserved: () => undefined,
  events$: (pool) => pool.events$.subscribe(),
  state$: (pool) => pool.state$.subscribe(),
};
const SIZES = [10, 100, 1000];
const FLOOR = 'free list';
const CONTENDED = 'contended';

/** The price of one checkout and checkin, against a bare `async` free list in the same run. */
export const micro: Workload = {
  name: 'micro',
  summary: 'a checkout and checkin by itself: sizes, strategies, observers; against a bare free list',
  run: async (quick) => {
    const pools: Pool<number>[] = [];
    const peers = [...floors(), ...(await sequentials(pools)), ...(await contendeds(pools))];
    const rounds = await roundRobinRounds(peers, quick ? 5 : 21);
    await Promise.all(pools.map((pool) => pool.close()));
    tell(rounds, ratiosOf(rounds), quick);
  },
};

function floors(): Repeated[] {
  const list = new FreeList(10);
  return [
    { name: FLOOR, times: 20_000, run: (times) => sequentialOnList(list, times) },
    { name: `${FLOOR}, ${CONTENDED}`, times: 20_000, run: (times) => contendedOnList(list, 100, times) },
  ];
}

async function sequentials(pools: Pool<number>[]): Promise<Repeated[]> {
  const peers: Repeated[] = [];
  for (const [strategyName, strategy] of Object.entries(STRATEGIES)) {
    for (const size of SIZES) {
      for (const [observer, observe] of Object.entries(OBSERVERS)) {
        const pool = await opened(size, strategy(), pools);
        observe(pool);
        const run = (times: number): Promise<void> => sequentialOnPool(pool, times);
        peers.push({ name: nameOf(strategyName, size, observer), times: 10_000, run });
      }
    }
  }
  return peers;
}

async function contendeds(pools: Pool<number>[]): Promise<Repeated[]> {
  const peers: Repeated[] = [];
  for (const [observer, observe] of Object.entries(OBSERVERS)) {
    const pool = await opened(10, roundRobin(), pools);
    observe(pool);
    const run = (times: number): Promise<void> => contendedOnPool(pool, 100, times);
    peers.push({ name: `${CONTENDED}, ${observer}`, times: 10_000, run });
  }
  return peers;
}

async function opened(size: number, strategy: Strategy, pools: Pool<number>[]): Promise<Pool<number>> {
  const connect = ({ id }: { id: number }): number[] => [id];
  const pool = createPool({ connect, minSize: size, maxSize: size, maxConnecting: size, strategy, seed: 1 });
  await pool.ready();
  pools.push(pool);
  return pool;
}

function nameOf(strategy: string, size: number, observer: string): string {
  return `${strategy}, ${size}, ${observer}`;
}

function ratiosOf(rounds: Rounds): Ratio[] {
  const over = (name: string, base: string): number => rounds.ratio(name, base).median;
  const strategies = Object.keys(STRATEGIES);
  const at1000 = strategies.map((strategy) => rounds.ns(nameOf(strategy, 1000, 'unobserved')).median);
  const small = nameOf('roundRobin', 10, 'unobserved');
  return [
    {
      name: 'contended over the free list',
      value: over(`${CONTENDED}, unobserved`, `${FLOOR}, ${CONTENDED}`),
      target: { atMost: 1.5 },
    },
    ...strategies.map((strategy) => ({
      name: `${strategy}, 1000 connections over 10`,
      value: over(nameOf(strategy, 1000, 'unobserved'), nameOf(strategy, 10, 'unobserved')),
      target: { atMost: 1.2 },
    })),
    {
      name: 'slowest strategy over fastest at 1000 connections',
      value: Math.max(...at1000) / Math.min(...at1000),
      target: { atMost: 1.5 },
    },
    { name: 'events$ over unobserved', value: over(nameOf('roundRobin', 10, 'events$'), small), target: { atMost: 2 } },
    { name: 'state$ over unobserved', value: over(nameOf('roundRobin', 10, 'state$'), small), target: { atMost: 3 } },
  ];
}

function tell(rounds: Rounds, ratios: readonly Ratio[], quick: boolean): void {
  const rows = rounds.names.map((name) => {
    const floor = name.includes(CONTENDED) ? `${FLOOR}, ${CONTENDED}` : FLOOR;
    return [name, rounds.ns(name).median.toFixed(0), rounds.ratio(name, floor).median.toFixed(2)];
  });
  const table = aligned(['case', 'ns a pair', 'times the free list'], rows);
  const origin = originOf();
  const { cpu, cores, node, commit } = origin;
  const about = `${cpu}, ${cores} cores, Node ${node}, commit ${commit}${quick ? ', quick' : ''}`;
  process.stdout.write(`\n${['micro', about, '', table, '', ...ratios.map(ratioLine)].join('\n')}\n\n`);
  const results = rows.map(([name, pairNs, timesFloor]) => ({
    name,
    pairNs: Number(pairNs),
    timesFloor: Number(timesFloor),
  }));
  write('micro', { name: 'micro', quick, ...origin, results, ratios: ratios.map((r) => ({ ...r, met: isMet(r) })) });
}
