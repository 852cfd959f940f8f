/**
 * A function that returns numbers in [0, 1), the same ones for the same seed: Mulberry32 (Tommy Ettinger, public domain).
 * The edge draws its jitter from the pool's seed, so that a run can be retried.
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
