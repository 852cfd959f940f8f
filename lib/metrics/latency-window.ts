/** Percentiles of one window, in microseconds; all 0 when nothing was recorded. */
export interface LatencyPercentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Linear steps in each power of two: an answer is off by less than 1/64. */
const STEPS = 64;
const STEP_BITS = 6;
const BUCKETS = (32 - STEP_BITS + 1) * STEPS;

/**
 * A histogram of durations up to 71 minutes in microseconds, with a fixed relative error: the log-linear buckets of
 * HdrHistogram (Gil Tene, http://hdrhistogram.org). Recording is a few integer operations and allocates nothing.
 */
export class LatencyWindow {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #maxUs = 0;

  /** How many durations were recorded. */
  get total(): number {
    return this.#total;
  }

  record(ms: number): void {
    const us = Math.min(0xffffffff, Math.max(0, Math.round(ms * 1000)));
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  percentiles(): LatencyPercentiles {
    return { p50: this.#percentile(0.5), p95: this.#percentile(0.95), p99: this.#percentile(0.99), max: this.#maxUs };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#maxUs = 0;
  }

  /** The smallest value that this share of the recorded ones does not exceed, to the precision of its bucket. */
  #percentile(share: number): number {
    let left = Math.ceil(share * this.#total);
    if (left === 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#maxUs, highestOf(bucket));
    }
    return this.#maxUs;
  }
}

function bucketOf(us: number): number {
  const exponent = Math.max(0, 32 - Math.clz32(us) - STEP_BITS - 1);
  return exponent * STEPS + (us >>> exponent);
}

/** The highest value that falls into this bucket. */
function highestOf(bucket: number): number {
  const exponent = Math.max(0, Math.floor(bucket / STEPS) - 1);
  return (bucket - exponent * STEPS + 1) * 2 ** exponent - 1;
}
