import { type ConnectionRecord, type PoolState, isAvailable } from '../state/pool-state.ts';
import { type BuiltInStrategy, builtIn } from './strategy.ts';

/** Any available connection, all equally likely; drawn from the seed in the state, so the same log makes the same choices. */
export function random(): BuiltInStrategy {
  return builtIn('random', 'it was drawn', drawn);
}

const DRAWS = 4;

/** A slot drawn blindly is nearly always good while most are available; after a few misses the available are counted off. */
function drawn(state: PoolState): ConnectionRecord | undefined {
  const { connections, seed } = state;
  for (let draw = 0; draw < DRAWS; draw++) {
    const record = connections.get(Math.floor(fraction(seed + draw) * connections.slots));
    if (record !== undefined && isAvailable(state, record)) return record;
  }
  return connections.nthAvailable(Math.floor(fraction(seed + DRAWS) * connections.countAvailable()));
}

/** A number in [0, 1) for each 32-bit seed: the finalizer of MurmurHash3 (Austin Appleby, public domain). */
function fraction(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x100000000;
}
