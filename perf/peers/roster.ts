import type { Peer } from './peer.ts';
import { asyncSema } from './pools/async-sema.ts';
import { effect } from './pools/effect.ts';
import { freeList } from './pools/free-list.ts';
import { genericPool } from './pools/generic-pool.ts';
import { lightningPool, lightningPoolPromises } from './pools/lightning-pool.ts';
import { mysql2 } from './pools/mysql2.ts';
import { ours, oursUsed } from './pools/ours.ts';
import { pgPool, pgPoolPromises } from './pools/pg-pool.ts';
import { tarn } from './pools/tarn.ts';

/** Everybody who can do all of it, ours first. */
export const roster: readonly Peer[] = [
  ours,
  oursUsed,
  freeList,
  asyncSema,
  mysql2,
  lightningPool,
  lightningPoolPromises,
  pgPool,
  pgPoolPromises,
  genericPool,
  effect,
  tarn,
];
