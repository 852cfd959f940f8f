import { type LatencySummary, NOTHING } from './latency-histogram.ts';
import { SlidingHistogram, type Span } from './sliding-histogram.ts';
import type { WindowMetrics, Windows } from './window-metrics.ts';

/** Records the four latencies of a pool, or of one of its endpoints. */
export class WindowRecorder {
  readonly waits: SlidingHistogram;
  readonly uses: SlidingHistogram;
  readonly connects: SlidingHistogram;
  readonly checks: SlidingHistogram;
  readonly #spans: readonly Span[];

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
    this.waits = new SlidingHistogram(spans);
    this.uses = new SlidingHistogram(spans);
    this.connects = new SlidingHistogram(spans);
    this.checks = new SlidingHistogram(spans);
  }

  /** Ends the present window, which took `overMs` milliseconds, and returns its latencies. */
  close(overMs: number): Windows {
    const all = [this.waits, this.uses, this.connects, this.checks];
    const window = windowOf(all.map((histogram) => histogram.close(overMs)));
    const sliding = all.map((histogram) => histogram.sliding());
    return {
      ...window,
      sliding: this.#spans.map(({ windowMs }, i) => ({ windowMs, ...windowOf(sliding.map((of) => of[i])) })),
    };
  }
}

function windowOf([waits, uses, connects, checks]: readonly (LatencySummary | undefined)[]): WindowMetrics {
  return {
    checkoutsPerSecond: waits?.rate ?? 0,
    waitTimeUs: waits ?? NOTHING,
    useTimeUs: uses ?? NOTHING,
    connectTimeUs: connects ?? NOTHING,
    healthCheckTimeUs: checks ?? NOTHING,
  };
}
