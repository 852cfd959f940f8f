/** A histogram with fixed upper bounds. Recording takes a few comparisons, and no memory per value. */
export class BucketHistogram {
  /** The upper bounds in seconds, in rising order. Values above the last one count only in the sum and the count. */
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

  /** The sum of all values, in seconds. */
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

  /** For each boundary, how many values were at most that large. */
  cumulative(): number[] {
    let sum = 0;
    return this.#counts.map((count) => (sum += count));
  }

  /** Adds the counts of another histogram with the same boundaries. */
  add(other: BucketHistogram): void {
    other.#counts.forEach((count, i) => {
      this.#counts[i] = (this.#counts[i] ?? 0) + count;
    });
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
  }
}
