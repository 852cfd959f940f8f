/** How long something took that was done a few times, in milliseconds. */
export interface Spread {
  /** How often it was done. */
  readonly times: number;
  readonly p50Ms: number;
  /** Of few times the longest. */
  readonly p99Ms: number;
}

/** The spread of at least one duration, by nearest rank. */
export function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { times: sorted.length, p50Ms: rank(0.5), p99Ms: rank(0.99) };
}
