import type { RowTarget } from '../support/row-target.ts';
import type { Contest } from './contest.ts';
import {
  contended,
  contendedWithDeadlines,
  sequential,
  sequentialWithDeadlines,
  thousand,
  thousandBusy,
  withTen,
} from './contests.ts';
import type { Peer } from './peer.ts';
import { freeList } from './pools/free-list.ts';
import { genericPool, genericPoolUsed } from './pools/generic-pool.ts';
import { lightningPool, lightningPoolByHand, lightningPoolPromises } from './pools/lightning-pool.ts';
import { mysql2 } from './pools/mysql2.ts';
import { ours, oursLeased, oursTried, oursUsed } from './pools/ours.ts';
import { pgPool } from './pools/pg-pool.ts';
import { awaited, calledBack, used } from './roster.ts';

/** What is to be reached in each contest. */
export const targets: ReadonlyMap<Contest, readonly RowTarget[]> = new Map([
  [
    sequential,
    [
      ...[atMost(ours, pgPool, 0.95), atMost(ours, lightningPool, 0.8)],
      ...[atMost(oursLeased, lightningPoolPromises, 0.75), atMost(oursLeased, genericPool, 0.55)],
      ...[atMost(oursUsed, lightningPoolByHand, 0.8), atMost(oursUsed, genericPoolUsed, 0.6)],
      atMost(oursTried, mysql2, 1.5),
    ],
  ],
  [
    sequentialWithDeadlines,
    [atMost(ours, pgPool, 0.5), atMost(ours, lightningPool, 0.5), atMost(oursLeased, lightningPoolPromises, 0.33)],
  ],
  [
    contended,
    [
      ...[atMost(ours, lightningPool, 1), atMost(ours, pgPool, 0.55), atMost(ours, freeList, 0.6)],
      ...[atMost(oursLeased, lightningPoolPromises, 1), atMost(oursLeased, genericPool, 0.8)],
      ...[atMost(oursLeased, freeList, 0.8), atMost(oursUsed, lightningPoolByHand, 1)],
    ],
  ],
  [
    contendedWithDeadlines,
    [
      ...[atMost(ours, lightningPool, 0.75), atMost(oursLeased, lightningPoolPromises, 0.75)],
      atMost(oursUsed, lightningPoolByHand, 0.8),
    ],
  ],
  [thousand, [growth(ours), growth(oursLeased), atMost(oursLeased, lightningPoolPromises, 0.8)]],
  [thousandBusy, [atMost(oursLeased, lightningPoolPromises, 0.8)]],
]);

/** The contests in which ours is to be ahead of every pool that keeps deadlines, and what is set against what in each. */
export const toBeAheadIn: readonly Contest[] = [sequential, sequentialWithDeadlines, contended, contendedWithDeadlines];

/** Those of ours, and the other pools whose users do as theirs do. */
export const likes: readonly { readonly own: Peer; readonly others: readonly Peer[] }[] = [
  { own: ours, others: poolsOf(calledBack) },
  { own: oursLeased, others: poolsOf(awaited) },
  { own: oursUsed, others: poolsOf(used) },
];

function poolsOf(peers: readonly Peer[]): Peer[] {
  return peers.filter(({ kind }) => kind === 'pool');
}

function atMost(own: Peer, other: Peer, times: number): RowTarget {
  return { name: `${own.name} over ${other.name}`, row: own.name, over: other.name, atMost: times };
}

/** What 1000 connections may cost more than 10: a part of it is the memory that they take. */
function growth({ name }: Peer): RowTarget {
  return { name: `${name}, 1000 connections over 10`, row: name, over: withTen(name), atMost: 1.3, orNs: 45 };
}
