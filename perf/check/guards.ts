import { contended, sequential } from '../peers/contests.ts';
import { freeList } from '../peers/pools/free-list.ts';
import { genericPool } from '../peers/pools/generic-pool.ts';
import { mysql2 } from '../peers/pools/mysql2.ts';
import { ours } from '../peers/pools/ours.ts';
import type { Family, Guard } from './guard.ts';
import { OBSERVERS, STRATEGIES, growthRows, observedRows, operatorRows, peerRows } from './rows.ts';

/** Below this two numbers of a shared machine are the same. */
const NOISE = 0.15;

const SIZES = [10, 1000];
// The fastest of the pools and the one that most people use.
const OTHERS = [mysql2, genericPool];

/** All that is looked at; the targets are those of the whole comparison, and none of them is an absolute number. */
export const families: readonly Family[] = [
  {
    name: 'sequential',
    open: () => peerRows(sequential, [ours, freeList, ...OTHERS]),
    guards: [
      // Nobody promised this one: it is what ours took when this was written, and keeps a slow slide from going unseen.
      { row: ours.name, over: freeList.name, target: { atMost: 10 }, margin: 0.3 },
      ...OTHERS.map(({ name }): Guard => ({ row: name, over: ours.name, target: { atLeast: 1 }, margin: NOISE })),
    ],
  },
  {
    name: 'contended',
    open: () => peerRows(contended, [ours, freeList, ...OTHERS]),
    guards: [
      // Both wait for promises, whose price moves with the garbage of whoever had the turn before.
      { row: ours.name, over: freeList.name, target: { atMost: 1.5 }, margin: 0.25 },
      ...OTHERS.map(({ name }): Guard => ({ row: name, over: ours.name, target: { atLeast: 1 }, margin: NOISE })),
    ],
  },
  {
    name: 'size and strategy',
    open: () => growthRows(SIZES),
    guards: [
      ...STRATEGIES.map(({ name }) => atMost(1.2, `${name}, 1000`, `${name}, 10`)),
      // Every two, either way round.
      ...STRATEGIES.flatMap(({ name }) =>
        STRATEGIES.filter((other) => other.name !== name).map((other) =>
          atMost(1.5, `${name}, 1000`, `${other.name}, 1000`),
        ),
      ),
    ],
  },
  {
    name: 'observed',
    open: observedRows,
    guards: OBSERVERS.flatMap(({ name, timesAtMost }) =>
      timesAtMost === undefined ? [] : [atMost(timesAtMost, name, 'unobserved')],
    ),
  },
  { name: 'withConnection', open: operatorRows, guards: [atMost(3, 'withConnection', 'mergeMap')] },
];

function atMost(times: number, row: string, over: string): Guard {
  return { row, over, target: { atMost: times }, margin: NOISE };
}
