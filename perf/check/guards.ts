import { bench as checkout } from '../micro/checkout/checkout.ts';
import { bench as withConnection } from '../micro/requests/with-connection.ts';
import { bench as pool } from '../micro/pool.ts';
import { contended, sequential } from '../peers/contests.ts';
import { freeList } from '../peers/pools/free-list.ts';
import { genericPool } from '../peers/pools/generic-pool.ts';
import { ours } from '../peers/pools/ours.ts';
import { tarn } from '../peers/pools/tarn.ts';
import { http } from '../wires/http.ts';
import { lines } from '../wires/lines.ts';
import type { Family, Guard } from './guard.ts';

/** How many times as long as with `leastLoaded` a pair takes at 1000 connections. */
const STRATEGIES: ReadonlyMap<string, number> = new Map([
  ['roundRobin', 0.87],
  ['leastLoaded', 1],
  ['random', 1.01],
]);

/**
 * All that is looked at; none of it is an absolute number. The margins are about twice as far as the medians of whole runs
 * were seen to stray from what is said to be reached, on an idle machine and a busy one; none lets 30 % pass.
 */
export const families: readonly Family[] = [
  {
    name: 'sequential',
    table: sequential,
    guards: [
      // Nothing but the loop and the pool: runs differ by 5 %, but half of the rounds by 10.
      { row: ours.name, over: genericPool.name, target: 1, reached: 0.52, margin: 0.2 },
      // Each of its checkouts starts a timer, whose price moves by itself.
      { row: ours.name, over: tarn.name, target: 1, reached: 0.19, margin: 0.25 },
    ],
  },
  {
    name: 'contended',
    table: contended,
    guards: [
      // Both make garbage, in rounds long enough for each to have its share: runs differ by 5 %.
      { row: ours.name, over: freeList.name, target: 1.5, reached: 1.5, margin: 0.15 },
      { row: ours.name, over: genericPool.name, target: 1, reached: 1, margin: 0.15 },
      { row: ours.name, over: tarn.name, target: 1, reached: 0.45, margin: 0.2 },
    ],
  },
  {
    name: 'size and strategy',
    table: checkout,
    guards: [
      // How 1000 connections lie in the cache is a matter of luck: single isolates range from 1.0 to 1.35, runs by 10 %.
      { row: 'roundRobin, 1000', over: 'roundRobin, 10', target: 1.2, reached: 1.1, margin: 0.2 },
      { row: 'leastLoaded, 1000', over: 'leastLoaded, 10', target: 1.2, reached: 1.1, margin: 0.2 },
      { row: 'random, 1000', over: 'random, 10', target: 1.2, reached: 1.24, margin: 0.2 },
      ...strategies(),
    ],
  },
  {
    name: 'observed',
    table: pool,
    guards: [
      // What an observer is called through is inlined in one isolate and not in another: runs differ by 8 %.
      observed('events$', { target: 2, reached: 1.5, margin: 0.2 }),
      observed('state$', { target: 3, reached: 2.65, margin: 0.15 }),
      observed('metrics$', { target: 1.5, reached: 1.53, margin: 0.2 }),
    ],
  },
  {
    name: 'withConnection',
    table: withConnection,
    guards: [
      // As in an application, and as it is told in the README: runs differ by 10 %.
      {
        row: 'withConnection(of), many operators',
        over: 'mergeMap(of), many operators',
        target: 3,
        reached: 2.85,
        margin: 0.15,
      },
      // All of a bare mergeMap is inlined here, so nobody promised 3; it is half as long, and as noisy as it is short.
      { row: 'withConnection(of)', over: 'mergeMap(of)', reached: 3.6, margin: 0.2 },
    ],
  },
  {
    name: 'lines',
    table: lines,
    openings: 3,
    guards: [
      // The SDK makes much garbage for each call, whose price moves with what else is on the heap: runs differ by 20 %.
      { row: 'callTool, 1x128', over: 'SDK callTool', target: 0.35, reached: 0.28, margin: 0.25 },
      { row: 'withConnection, 1x128', over: 'SDK request', target: 0.7, reached: 0.69, margin: 0.25 },
    ],
  },
  {
    name: 'HTTP',
    table: http,
    // Each opening sends 20 000 requests before it counts.
    openings: 2,
    guards: [
      { row: 'callTool, 50x1', over: 'SDK callTool', target: 0.08, reached: 0.07, margin: 0.25 },
      { row: 'callTool, 50x1', over: 'Agent.dispatch', target: 1.6, reached: 1.4, margin: 0.15 },
    ],
  },
];

/** Every two, either way round. */
function strategies(): Guard[] {
  return [...STRATEGIES].flatMap(([name, times]) =>
    [...STRATEGIES]
      .filter(([other]) => other !== name)
      .map(([other, otherTimes]) => ({
        row: `${name}, 1000`,
        over: `${other}, 1000`,
        target: 1.5,
        reached: times / otherTimes,
        margin: 0.2,
      })),
  );
}

function observed(by: string, guard: Pick<Guard, 'target' | 'reached' | 'margin'>): Guard {
  return { row: `${by}, 1 client, 10 connections`, over: 'unobserved, 1 client, 10 connections', ...guard };
}
