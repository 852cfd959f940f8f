import type { LatencySummary } from './latency-histogram.ts';
import { SlidingHistogram } from './sliding-histogram.ts';
import type { SlidingWindow, WindowMetrics, Windows } from './window-metrics.ts';

/** The length of the sliding windows, in slots and in milliseconds. */
export interface Span {
  readonly slots: number;
  readonly windowMs: number;
}

/** The latencies of a pool, or of one of its endpoints, while they are recorded. */
export class WindowRecorder {
  readonly waits: SlidingHistogram;
  readonly uses: SlidingHistogram;
  readonly connects: SlidingHistogram;
  readonly checks: SlidingHistogram;
  readonly #spans: readonly Span[];
  /** How long the last slots took, the newest last. */
  readonly #tookMs: number[] = [];

  constructor(spans: readonly Span[]) {
    const slots = spans.map((span) => span.slots);
    this.#spans = spans;
    this.waits = new SlidingHistogram(slots);
    this.uses = new SlidingHistogram(slots);
    this.connects = new SlidingHistogram(slots);
    this.checks = new SlidingHistogram(slots);
  }

  /** Ends the window, which took so many milliseconds. */
  close(overMs: number): Windows {
    this.#tookMs.push(overMs);
    if (this.#tookMs.length > Math.max(1, ...this.#spans.map(({ slots }) => slots))) this.#tookMs.shift();
    const window = this.#window((histogram) => histogram.close(overMs));
    return { ...window, sliding: this.#spans.map((span, i) => this.#slidingWindow(span, i)) };
  }

  #slidingWindow({ slots, windowMs }: Span, index: number): SlidingWindow {
    const overMs = this.#tookMs.slice(-slots).reduce((sum, ms) => sum + ms, 0);
    return { windowMs, ...this.#window((histogram) => histogram.summary(index, overMs)) };
  }

  #window(summary: (histogram: SlidingHistogram) => LatencySummary): WindowMetrics {
    const waitTimeUs = summary(this.waits);
    return {
      checkoutsPerSecond: waitTimeUs.rate,
      waitTimeUs,
      useTimeUs: summary(this.uses),
      connectTimeUs: summary(this.connects),
      healthCheckTimeUs: summary(this.checks),
    };
  }
}
