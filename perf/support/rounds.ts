/** Something that is done many times over. */
export interface Repeated {
  readonly name: string;
  /** How often in one round. */
  readonly times: number;
  readonly run: (times: number) => Promise<void>;
}

/**
 * Nanoseconds for one time of each, by name: the median of the rounds. Peers take turns round by round, back and forth,
 * so that a machine that slows down slows all of them down; the first rounds lead in and do not count.
 */
export async function roundRobinRounds(peers: readonly Repeated[], rounds: number): Promise<Map<string, number>> {
  const leadIn = 3;
  const samples = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = -leadIn; round < rounds; round++) {
    for (const { name, times, run } of round % 2 === 0 ? peers : peers.toReversed()) {
      const since = performance.now();
      await run(times);
      const ns = ((performance.now() - since) * 1e6) / times;
      if (round >= 0) samples.get(name)?.push(ns);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, median(all)]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
