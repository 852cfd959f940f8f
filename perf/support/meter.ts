import { type RecordableHistogram, createHistogram } from 'node:perf_hooks';
import type { Outcome, Reading } from './target.ts';

/** Responses between two looks at the gauge: often enough for a mean, too seldom to be felt. */
const GAUGE_EVERY = 32;

/** What the clients saw, in milliseconds and requests. */
export interface Seen {
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly utilizationPercent: number | undefined;
  readonly failedRequests: number;
  /** Why the first of them failed. */
  readonly failure: unknown;
}

/** Collects what the clients of one case see. Memory does not grow with the number of requests. */
export class Meter {
  readonly #reading: () => Reading;
  readonly #latencyNs: RecordableHistogram = createHistogram();
  #responses = 0;
  #gauges = 0;
  #utilizationPercents = 0;
  #failedRequests = 0;
  #failure: unknown;

  constructor(reading: () => Reading) {
    this.#reading = reading;
  }

  record(ms: number, outcome: Outcome): void {
    this.#latencyNs.record(Math.max(1, Math.round(ms * 1e6)));
    if (outcome.status === 'rejected') this.#fail(outcome.reason);
    if (++this.#responses % GAUGE_EVERY !== 0) return;
    this.#gauges++;
    this.#utilizationPercents += this.#reading().utilizationPercent ?? NaN;
  }

  seen(): Seen {
    const percentileMs = (percent: number): number => this.#latencyNs.percentile(percent) / 1e6;
    const utilization = this.#utilizationPercents / this.#gauges;
    return {
      latencyMs: { p50: percentileMs(50), p95: percentileMs(95), p99: percentileMs(99) },
      utilizationPercent: Number.isNaN(utilization) ? undefined : utilization,
      failedRequests: this.#failedRequests,
      failure: this.#failure,
    };
  }

  #fail(reason: unknown): void {
    this.#failedRequests++;
    this.#failure ??= reason;
  }
}
