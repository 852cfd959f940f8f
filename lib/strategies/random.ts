import type { ConnectionRecord, PoolState } from '../state/pool-state.ts';
import { type BuiltInStrategy, builtIn } from './strategy.ts';

/** Any available connection, all equally likely; drawn from the seed in the state, so the same log makes the same choices. */
export function random(): BuiltInStrategy {
  return builtIn('random', drawn);
}

function drawn({ connections, seed }: PoolState): ConnectionRecord | undefined {
  return connections.nthAvailable(Math.floor(fraction(seed) * connections.countAvailable()));
}

/** A number in [0, 1) for each 32-bit seed: the finalizer of MurmurHash3 (Austin Appleby, public domain). */
function fraction(seed: number): number {
  let h = seed;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x100000000;
}
