/** Summary of a latency in one window, in microseconds; all 0 when nothing was recorded. */
export interface LatencySummary {
  /** How many values were recorded. */
  readonly count: number;
  /** Values per second. */
  readonly rate: number;
  /** The mean, in microseconds. */
  readonly mean: number;
  /** The median, in microseconds: half of the values are no larger. */
  readonly p50: number;
  /** The 90th percentile, in microseconds. */
  readonly p90: number;
  /** The 95th percentile, in microseconds. */
  readonly p95: number;
  /** The 99th percentile, in microseconds. */
  readonly p99: number;
  /** The 99.9th percentile, in microseconds. */
  readonly p999: number;
  /** The largest value, in microseconds. */
  readonly max: number;
}

/** Linear steps within each power of two: a percentile is off by less than 1/1024. */
const STEPS = 1024;
const STEP_BITS = 10;
const PAGES = 32 - STEP_BITS + 1;
const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;
/** The summary of a window in which nothing was recorded. */
export const NOTHING: LatencySummary = { count: 0, rate: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };

/**
 * A histogram of durations up to 71 minutes in microseconds, with a fixed relative error: the log-linear buckets of
 * HdrHistogram (Gil Tene, http://hdrhistogram.org), as exact as `node:perf_hooks`. Unlike that one it uses memory only
 * for the ranges that occur, 4 KiB for each power of two, and a histogram can be subtracted from a sum, which sliding
 * windows need.
 */
export class LatencyHistogram {
  readonly #pages: (Uint32Array | undefined)[] = Array.from({ length: PAGES }, () => undefined);
  #count = 0;
  #sumMs = 0;
  #maxUs = 0;

  /** How many durations were recorded. */
  get count(): number {
    return this.#count;
  }

  /** The longest one, in microseconds. */
  get maxUs(): number {
    return this.#maxUs;
  }

  /** Records a duration. A negative one counts as 0. */
  record(ms: number): void {
    const us = Math.min(0xffffffff, Math.max(0, Math.round(ms * 1000)));
    const bucket = bucketOf(us);
    const page = (this.#pages[bucket >>> STEP_BITS] ??= new Uint32Array(STEPS));
    page[bucket & (STEPS - 1)] = (page[bucket & (STEPS - 1)] ?? 0) + 1;
    this.#count++;
    this.#sumMs += Math.max(0, ms);
    if (us > this.#maxUs) this.#maxUs = us;
  }

  add(other: LatencyHistogram): void {
    this.#merge(other, 1);
    this.#maxUs = Math.max(this.#maxUs, other.#maxUs);
  }

  /** Subtracts a histogram that was added before. `maxUs` is the largest value of what remains. */
  subtract(other: LatencyHistogram, maxUs: number): void {
    this.#merge(other, -1);
    this.#maxUs = maxUs;
  }

  clear(): void {
    if (this.#count === 0) return;
    for (const page of this.#pages) page?.fill(0);
    this.#count = 0;
    this.#sumMs = 0;
    this.#maxUs = 0;
  }

  /** The buckets that are not empty, the lowest first: the largest value of each, in microseconds, and its count. */
  *counts(): Iterable<readonly [upToUs: number, count: number]> {
    for (const [bucket, count] of this.#buckets()) yield [highestOf(bucket), count];
  }

  /** Summary of the recorded values; `overMs` is the time in which they were recorded, in milliseconds. */
  summary(overMs: number): LatencySummary {
    if (this.#count === 0) return NOTHING;
    const [p50, p90, p95, p99, p999] = this.#percentiles();
    const rate = overMs > 0 ? (1000 * this.#count) / overMs : 0;
    return {
      count: this.#count,
      rate,
      mean: (1000 * this.#sumMs) / this.#count,
      p50,
      p90,
      p95,
      p99,
      p999,
      max: this.#maxUs,
    };
  }

  /** The percentiles for `SHARES`, to the precision of the buckets. */
  #percentiles(): [number, number, number, number, number] {
    const found: [number, number, number, number, number] = [0, 0, 0, 0, 0];
    let at = 0;
    let passed = 0;
    for (const [bucket, count] of this.#buckets()) {
      passed += count;
      while (at < SHARES.length && passed >= Math.ceil((SHARES[at] ?? 1) * this.#count)) {
        found[at++] = Math.min(this.#maxUs, highestOf(bucket));
      }
      if (at === SHARES.length) break;
    }
    return found;
  }

  *#buckets(): Iterable<readonly [bucket: number, count: number]> {
    for (let n = 0; n < PAGES; n++) {
      const page = this.#pages[n];
      if (page === undefined) continue;
      for (let step = 0; step < STEPS; step++) {
        const count = page[step] ?? 0;
        if (count !== 0) yield [n * STEPS + step, count];
      }
    }
  }

  #merge(other: LatencyHistogram, by: 1 | -1): void {
    if (other.#count === 0) return;
    for (const [bucket, count] of other.#buckets()) {
      const page = (this.#pages[bucket >>> STEP_BITS] ??= new Uint32Array(STEPS));
      page[bucket & (STEPS - 1)] = (page[bucket & (STEPS - 1)] ?? 0) + by * count;
    }
    this.#count += by * other.#count;
    this.#sumMs = this.#count === 0 ? 0 : this.#sumMs + by * other.#sumMs;
  }
}

/**
 * Index of the bucket of a value. From 2048 us on each power of two has its own page of buckets, twice as wide as those
 * of the page before.
 */
function bucketOf(us: number): number {
  const exponent = Math.max(0, 32 - Math.clz32(us) - STEP_BITS - 1);
  return exponent * STEPS + (us >>> exponent);
}

/** The largest value that falls into this bucket. */
function highestOf(bucket: number): number {
  const exponent = Math.max(0, Math.floor(bucket / STEPS) - 1);
  return (bucket - exponent * STEPS + 1) * 2 ** exponent - 1;
}
