import { Subscription, skip, tap } from 'rxjs';
import { RequestRecorder, type RequestWindow } from '../mcp/request-metrics.ts';
import type { PoolMetrics } from '../metrics/pool-metrics.ts';
import type { WindowPoint } from './frame.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Windows that are kept for whoever opens a page later: three minutes at the usual length. */
const MOST_POINTS = 180;

/** The windows of a pool's metrics while somebody watches, and the last ones from before. */
export class WindowFeed {
  readonly #pool: WatchedPool;
  #points: WindowPoint[] = [];
  #count = 0;
  /** Where the pool tells of requests; closed with each window of the metrics, so that both tell of the same time. */
  #requests: RequestRecorder | undefined;
  #since = 0;
  #subscription: Subscription | undefined;

  constructor(pool: WatchedPool) {
    this.#pool = pool;
  }

  /** How many there were so far: where a reader begins who has seen all of these. */
  get count(): number {
    return this.#count;
  }

  begin(): void {
    if (this.#subscription !== undefined) return;
    this.#subscription = new Subscription();
    const { metrics$, requests$ } = this.#pool;
    this.#since = performance.now();
    this.#requests = requests$ && new RequestRecorder();
    this.#subscription.add(requests$?.pipe(tap((request) => this.#requests?.record(request))).subscribe());
    // The first tells of the time before.
    this.#subscription.add(metrics$.pipe(skip(1), tap(this.#take.bind(this))).subscribe());
  }

  end(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#requests = undefined;
  }

  /** The points after so many, those that are kept. */
  after(count: number): readonly WindowPoint[] {
    return count >= this.#count ? [] : this.#points.slice(Math.max(0, this.#points.length - (this.#count - count)));
  }

  #take(metrics: PoolMetrics): void {
    const at = performance.now();
    this.#points.push(pointOf(at, metrics, this.#requests?.close(at - this.#since)));
    this.#since = at;
    this.#count++;
    if (this.#points.length > MOST_POINTS) this.#points.shift();
    // What slides is of interest while it is new; of three minutes it would be most of what a page begins with.
    const before = this.#points.at(-2);
    if (before !== undefined) this.#points[this.#points.length - 2] = { ...before, sliding: [] };
  }
}

function pointOf(at: number, metrics: PoolMetrics, requests: readonly RequestWindow[] | undefined): WindowPoint {
  const { checkoutsPerSecond, waitTimeUs, useTimeUs, connectTimeUs, healthCheckTimeUs, sliding } = metrics;
  return {
    at,
    active: metrics.activeConnections,
    size: metrics.currentSize,
    waiting: metrics.waitingCheckouts,
    checkoutsPerSecond,
    waitTimeUs,
    useTimeUs,
    connectTimeUs,
    healthCheckTimeUs,
    sliding,
    ...(requests !== undefined && { requests }),
  };
}
