import { LatencyHistogram, type LatencySummary } from './latency-histogram.ts';

/** The length of a sliding window, in slots and in milliseconds. */
export interface Span {
  readonly slots: number;
  readonly windowMs: number;
}

/**
 * A histogram of one latency over sliding windows. Values are recorded into the present slot. For each window there is
 * a sum over its last slots, to which the newest slot is added and from which the oldest is subtracted; so a window
 * costs the same, however long it is.
 */
export class SlidingHistogram {
  readonly #sums: readonly { readonly slots: number; readonly histogram: LatencyHistogram }[];
  readonly #kept: number;
  /** The finished slots, the newest last. A slot that has left the longest window is reused. */
  readonly #past: LatencyHistogram[] = [];
  /** How many milliseconds each finished slot took. */
  readonly #pastMs: number[] = [];
  #present = new LatencyHistogram();

  constructor(spans: readonly Pick<Span, 'slots'>[]) {
    this.#sums = spans.map(({ slots }) => ({ slots, histogram: new LatencyHistogram() }));
    this.#kept = Math.max(0, ...spans.map(({ slots }) => slots));
  }

  record(ms: number): void {
    this.#present.record(ms);
  }

  /** Ends the present slot, which took `overMs` milliseconds, and returns its summary. */
  close(overMs: number): LatencySummary {
    const summary = this.#present.summary(overMs);
    this.#past.push(this.#present);
    this.#pastMs.push(overMs);
    for (const { slots, histogram } of this.#sums) this.#move(histogram, slots);
    const isTooOld = this.#past.length > this.#kept;
    if (isTooOld) this.#pastMs.shift();
    this.#present = (isTooOld ? this.#past.shift() : undefined) ?? new LatencyHistogram();
    this.#present.clear();
    return summary;
  }

  /** The slot that ended last; it stays as it is for as long as the longest window. */
  get last(): LatencyHistogram | undefined {
    return this.#past.at(-1);
  }

  /** The summary of each span, in the order given to the constructor, as of the last `close`. */
  sliding(): readonly LatencySummary[] {
    return this.#sums.map(({ slots, histogram }) =>
      histogram.summary(this.#pastMs.slice(-slots).reduce((sum, ms) => sum + ms, 0)),
    );
  }

  /** Adds the newest slot to a sum and subtracts the one that is too old. */
  #move(sum: LatencyHistogram, slots: number): void {
    const newest = this.#past.at(-1);
    const leaving = this.#past.at(-slots - 1);
    if (newest !== undefined) sum.add(newest);
    if (leaving === undefined || leaving.count === 0) return;
    sum.subtract(leaving, Math.max(...this.#past.slice(-slots).map(({ maxUs }) => maxUs)));
  }
}
