import { type ConnectionRecord, type PoolState, isAvailable } from '../state/pool-state.ts';

/**
 * How often a slot is drawn blindly. While most connections are available a draw nearly always hits one; after this
 * many misses one is picked by counting.
 */
const BLIND_DRAWS = 4;

/**
 * A random available connection other than `other`, all equally likely. Drawn from the seed in the state, so the same
 * log makes the same choices. `salt`: 0 for the first draw of a choice, 1 for the second.
 */
export function drawAvailable(state: PoolState, salt = 0, other?: ConnectionRecord): ConnectionRecord | undefined {
  const { connections } = state;
  const seed = state.seed + salt * SALT;
  for (let draw = 0; draw < BLIND_DRAWS; draw++) {
    const record = connections.get(Math.floor(fraction(seed + draw) * connections.slots));
    if (record !== undefined && record !== other && isAvailable(state, record)) return record;
  }
  return countedOff(state, fraction(seed + BLIND_DRAWS), other);
}

/** Keeps the draws of one choice apart: far from any difference that a few checkouts make to a seed. */
const SALT = 0x3c6ef372;

function countedOff({ connections }: PoolState, at: number, other?: ConnectionRecord): ConnectionRecord | undefined {
  const available = connections.countAvailable();
  if (other === undefined) return connections.nthAvailable(Math.floor(at * available));
  const n = Math.floor(at * (available - 1));
  const record = connections.nthAvailable(n);
  // Skips `other`: at and after its slot the index is one higher.
  return record !== undefined && record.slot < other.slot ? record : connections.nthAvailable(n + 1);
}

/** A number in [0, 1) for each 32-bit seed: the finalizer of MurmurHash3 (Austin Appleby, public domain). */
function fraction(seed: number): number {
  return mixed(seed) / 0x100000000;
}

/** A pseudo-random 32-bit number for each seed; each bit of the result depends on all bits of the seed. */
export function mixed(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
