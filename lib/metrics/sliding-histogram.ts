import { LatencyHistogram, type LatencySummary, NOTHING } from './latency-histogram.ts';

/**
 * One latency in slots of equal length: the present one, which is recorded into, and sums over the last so many, from
 * which the oldest slot is taken out when a new one comes in. So a window costs the same, however long it is.
 */
export class SlidingHistogram {
  readonly #spans: readonly number[];
  readonly #sums: readonly LatencyHistogram[];
  /** The slots that are over, the newest last; each is used again when it has left the longest span. */
  readonly #past: LatencyHistogram[] = [];
  #present = new LatencyHistogram();

  /** Over how many slots each of the sums goes. */
  constructor(spans: readonly number[]) {
    this.#spans = spans;
    this.#sums = spans.map(() => new LatencyHistogram());
  }

  record(ms: number): void {
    this.#present.record(ms);
  }

  /** Ends the present slot, which took so many milliseconds, and tells of it. */
  close(overMs: number): LatencySummary {
    const summary = this.#present.summary(overMs);
    this.#past.push(this.#present);
    this.#sums.forEach((sum, i) => {
      this.#move(sum, this.#spans[i] ?? 1);
    });
    const isTooOld = this.#past.length > Math.max(0, ...this.#spans);
    this.#present = (isTooOld ? this.#past.shift() : undefined) ?? new LatencyHistogram();
    this.#present.clear();
    return summary;
  }

  /** Tells of a span, by its place in the list, as it was at the last `close`; it took so many milliseconds. */
  summary(span: number, overMs: number): LatencySummary {
    return this.#sums[span]?.summary(overMs) ?? NOTHING;
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
