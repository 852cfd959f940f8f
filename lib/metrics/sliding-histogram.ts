import { LatencyHistogram, type LatencySummary } from './latency-histogram.ts';

/** The length of a sliding window, in slots and in milliseconds. */
export interface Span {
  readonly slots: number;
  readonly windowMs: number;
}

/**
 * One latency in slots of equal length: the present one, which is recorded into, and sums over the last so many, from
 * which the oldest slot is taken out when a new one comes in. So a window costs the same, however long it is.
 */
export class SlidingHistogram {
  readonly #sums: readonly { readonly slots: number; readonly histogram: LatencyHistogram }[];
  readonly #kept: number;
  /** The slots that are over, the newest last; each is used again when it has left the longest span. */
  readonly #past: LatencyHistogram[] = [];
  /** How many milliseconds each of them took. */
  readonly #pastMs: number[] = [];
  #present = new LatencyHistogram();

  constructor(spans: readonly Pick<Span, 'slots'>[]) {
    this.#sums = spans.map(({ slots }) => ({ slots, histogram: new LatencyHistogram() }));
    this.#kept = Math.max(0, ...spans.map(({ slots }) => slots));
  }

  record(ms: number): void {
    this.#present.record(ms);
  }

  /** Ends the present slot, which took so many milliseconds, and tells of it. */
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

  /** Tells of each span, in the order of the list, as it was at the last `close`. */
  sliding(): readonly LatencySummary[] {
    return this.#sums.map(({ slots, histogram }) =>
      histogram.summary(this.#pastMs.slice(-slots).reduce((sum, ms) => sum + ms, 0)),
    );
  }

  /** The newest slot comes into the sum, and the one that is too old goes. */
  #move(sum: LatencyHistogram, slots: number): void {
    const newest = this.#past.at(-1);
    const leaving = this.#past.at(-slots - 1);
    if (newest !== undefined) sum.add(newest);
    if (leaving === undefined || leaving.count === 0) return;
    sum.subtract(leaving, Math.max(...this.#past.slice(-slots).map(({ maxUs }) => maxUs)));
  }
}
