import type { PoolMetrics } from '../../metrics/pool-metrics.ts';
import { LatencyHistogram } from '../../metrics/latency-histogram.ts';
import type { LatencySummary } from '../../metrics/latency-histogram.ts';
import { type Schedule, rateAt } from './arrivals.ts';
import type { Outcome } from './sending.ts';
import type { FailureText } from './request-failure.ts';
import type { Failure, Mode, RunFigures, RunSecond, Stage } from './run-sample.ts';

/** What a tally has to know of its run. */
interface RunCountersPlan {
  readonly mode: Mode;
  readonly clients: number;
  /** Absent in a closed loop. */
  readonly schedule?: Schedule | undefined;
  /** What begins in this time is not counted. */
  readonly warmupMs?: number;
  readonly durationMs: number | undefined;
  readonly requests: number | undefined;
}

/** The last minute, in seconds. */
const LONGEST_HISTORY = 60;
/** An hour. */
const MOST_SECONDS = 3600;
const SECOND_MS = 1000;

/** Counts what happens in one run, and gives a sample of it at any moment. */
export class RunCounters {
  readonly #plan: RunCountersPlan;
  readonly #latency = new LatencyHistogram();
  readonly #recent = new LatencyHistogram();
  readonly #failures = new Map<string, Failure>();
  readonly #perSecond: number[] = [];
  readonly #history: RunSecond[] = [];
  readonly #warmupMs: number;
  #recentLatencyUs: LatencySummary = this.#recent.summary(0);
  #stage: Stage = 'opening';
  #since = 0;
  #until = 0;
  #requests = 0;
  #failed = 0;
  /** Those that had failed when the present second began. */
  #failedBefore = 0;
  #opened = 0;
  #seconds = 0;

  constructor(plan: RunCountersPlan) {
    this.#plan = plan;
    this.#warmupMs = plan.warmupMs ?? 0;
  }

  /** The first request is about to be sent. */
  begin(at: number): void {
    this.#stage = 'running';
    this.#since = at + this.#warmupMs;
  }

  /** No more requests are sent. */
  ending(): void {
    this.#stage = 'ending';
  }

  /** The last answer is in. */
  end(at: number): void {
    // A run that was stopped while it opened has no length.
    this.#until = this.#since === 0 ? 0 : Math.max(at, this.#since);
    this.#stage = 'done';
  }

  connectionOpened(): void {
    this.#opened++;
  }

  /** A request has ended; one that began during the warm-up does not count. */
  note({ at, ms, failure }: Outcome): void {
    if (this.#warmupMs > 0 && (at ?? performance.now()) < this.#since) return;
    this.#requests++;
    if (failure !== undefined) this.#fail(failure);
    else if (ms !== undefined) {
      this.#latency.record(ms);
      this.#recent.record(ms);
    }
  }

  /** A second of the pool's metrics has passed. */
  second(metrics: PoolMetrics, now: number = performance.now()): void {
    if (this.#stage === 'opening') return;
    this.#recentLatencyUs = this.#recent.summary(1000);
    // A second counts if all of it does.
    if (this.#stage === 'running' && now - SECOND_MS >= this.#since) this.#remember(metrics);
    this.#failedBefore = this.#failed;
    this.#recent.clear();
    this.#seconds++;
    this.#perSecond.push(metrics.checkoutsPerSecond);
    if (this.#perSecond.length > LONGEST_HISTORY) this.#perSecond.shift();
  }

  sample(metrics: PoolMetrics, now: number): RunFigures {
    const { mode, clients, durationMs, schedule } = this.#plan;
    const elapsedMs = this.#elapsedMs(now);
    const succeeded = this.#requests - this.#failed;
    return {
      mode,
      clients,
      stage: this.#stage === 'running' && now < this.#since ? 'warming' : this.#stage,
      offeredRate: schedule && rateAt(schedule, elapsedMs + this.#warmupMs),
      elapsedMs,
      progress: this.#progress(elapsedMs),
      leftMs: durationMs === undefined ? undefined : Math.max(0, durationMs - elapsedMs),
      requests: this.#requests,
      failed: this.#failed,
      failures: [...this.#failures.values()].sort((a, b) => b.count - a.count),
      requestsPerSecond: elapsedMs === 0 ? 0 : (1000 * succeeded) / elapsedMs,
      latencyUs: this.#latency.summary(elapsedMs),
      recentLatencyUs: this.#recentLatencyUs,
      seconds: this.#seconds,
      perSecond: [...this.#perSecond],
      history: [...this.#history],
      histogram: this.#stage === 'done' ? [...this.#latency.counts()] : [],
      connectionsOpened: this.#opened,
      metrics,
    };
  }

  #remember({ activeConnections: active, idleConnections: idle, waitingCheckouts: waiting }: PoolMetrics): void {
    const { count: succeeded, p50, p99 } = this.#recentLatencyUs;
    const failed = this.#failed - this.#failedBefore;
    const second = (this.#history.at(-1)?.second ?? 0) + 1;
    this.#history.push({ second, succeeded, failed, p50, p99, active, idle, waiting });
    if (this.#history.length > MOST_SECONDS) this.#history.shift();
  }

  #fail({ code, message }: FailureText): void {
    this.#failed++;
    const earlier = this.#failures.get(code);
    this.#failures.set(code, { code, message: earlier?.message ?? message, count: (earlier?.count ?? 0) + 1 });
  }

  #elapsedMs(now: number): number {
    if (this.#stage === 'opening') return 0;
    return Math.max(0, (this.#stage === 'done' ? this.#until : now) - this.#since);
  }

  #progress(elapsedMs: number): number {
    const { durationMs = Infinity, requests = Infinity } = this.#plan;
    return Math.min(1, Math.max(elapsedMs / durationMs, this.#requests / requests));
  }
}
