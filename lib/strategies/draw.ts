import { type ConnectionRecord, type PoolState, isAvailable } from '../state/pool-state.ts';

/** A slot drawn blindly is nearly always good while most are available; after a few misses the available are counted off. */
const DRAWS = 4;

/**
 * Any available connection but `other`, all equally likely; drawn from the seed in the state, so the same log makes the
 * same choices. `salt`: 0 for the first draw of a choice, 1 for the next one.
 */
export function drawAvailable(state: PoolState, salt = 0, other?: ConnectionRecord): ConnectionRecord | undefined {
  const { connections } = state;
  const seed = state.seed + salt * SALT;
  for (let draw = 0; draw < DRAWS; draw++) {
    const record = connections.get(Math.floor(fraction(seed + draw) * connections.slots));
    if (record !== undefined && record !== other && isAvailable(state, record)) return record;
  }
  return countedOff(state, fraction(seed + DRAWS), other);
}

/** Far from what a few checkouts make of a seed. */
const SALT = 0x3c6ef372;

function countedOff({ connections }: PoolState, at: number, other?: ConnectionRecord): ConnectionRecord | undefined {
  const available = connections.countAvailable();
  if (other === undefined) return connections.nthAvailable(Math.floor(at * available));
  const n = Math.floor(at * (available - 1));
  const record = connections.nthAvailable(n);
  // Of those without `other`: from there on each has one more before it.
  return record !== undefined && record.slot < other.slot ? record : connections.nthAvailable(n + 1);
}

/** A number in [0, 1) for each 32-bit seed: the finalizer of MurmurHash3 (Austin Appleby, public domain). */
function fraction(seed: number): number {
  return mixed(seed) / 0x100000000;
}

/** A 32-bit number for each, in which each bit of the other has had its say. */
export function mixed(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
