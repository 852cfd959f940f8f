/** Counts by buckets with fixed upper bounds. Costs no more than a few comparisons, and takes no room per value. */
export class BucketHistogram {
  /** In seconds, in rising order; what is above the last one counts in the sum and the count alone. */
  readonly boundaries: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sumMs = 0;

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries;
    this.#counts = boundaries.map(() => 0);
  }

  get count(): number {
    return this.#count;
  }

  /** Of all values, in seconds. */
  get sum(): number {
    return this.#sumMs / 1000;
  }

  record(ms: number): void {
    const seconds = ms / 1000;
    const { boundaries } = this;
    this.#count++;
    this.#sumMs += ms;
    for (let i = 0; i < boundaries.length; i++) {
      if (seconds > (boundaries[i] ?? 0)) continue;
      this.#counts[i] = (this.#counts[i] ?? 0) + 1;
      return;
    }
  }

  /** How many values were at most each of the boundaries. */
  cumulative(): number[] {
    let sum = 0;
    return this.#counts.map((count) => (sum += count));
  }

  /** Takes in what another one with the same boundaries has counted. */
  add(other: BucketHistogram): void {
    other.#counts.forEach((count, i) => {
      this.#counts[i] = (this.#counts[i] ?? 0) + count;
    });
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
  }
}
