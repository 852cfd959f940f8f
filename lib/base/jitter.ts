/**
 * A seeded random generator: returns numbers in [0, 1), the same sequence for the same seed. Mulberry32 (Tommy
 * Ettinger, public domain). The pool draws its jitter from its seed, so that a run can be repeated exactly.
 */
export function jitterOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  };
}
