import type { Peer } from './peer.ts';
import { asyncSema } from './pools/async-sema.ts';
import { effect } from './pools/effect.ts';
import { freeList } from './pools/free-list.ts';
import { genericPool, genericPoolUsed } from './pools/generic-pool.ts';
import { lightningPool, lightningPoolByHand, lightningPoolPromises } from './pools/lightning-pool.ts';
import { mysql2 } from './pools/mysql2.ts';
import { ours, oursAwaited, oursLeased, oursUsed } from './pools/ours.ts';
import { pgPool, pgPoolPromises } from './pools/pg-pool.ts';
import { tarn } from './pools/tarn.ts';

/** Like against like: those whose users are called back or subscribe, those who await, and those who hand over their work. */
export const calledBack: readonly Peer[] = [ours, lightningPool, pgPool, mysql2];
export const awaited: readonly Peer[] = [
  oursLeased,
  oursAwaited,
  lightningPoolPromises,
  genericPool,
  pgPoolPromises,
  tarn,
  freeList,
  asyncSema,
];
export const used: readonly Peer[] = [oursUsed, lightningPoolByHand, genericPoolUsed, effect];

/** Everybody who can do all of it. */
export const roster: readonly Peer[] = [...calledBack, ...awaited, ...used];
