import { Subscription, skip, tap } from 'rxjs';
import { type RequestWindow, requestMetrics } from '../mcp/request-metrics.ts';
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
  #requests: readonly RequestWindow[] | undefined;
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
    // Before the metrics, so that a point has the requests of its own window.
    this.#subscription.add(
      requests$
        ?.pipe(
          requestMetrics({ slidingMs: [] }),
          tap((requests) => (this.#requests = requests)),
        )
        .subscribe(),
    );
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
    this.#points.push(pointOf(metrics, this.#requests));
    this.#count++;
    if (this.#points.length > MOST_POINTS) this.#points.shift();
    // What slides is of interest while it is new; of three minutes it would be most of what a page begins with.
    const before = this.#points.at(-2);
    if (before !== undefined) this.#points[this.#points.length - 2] = { ...before, sliding: [] };
  }
}

function pointOf(metrics: PoolMetrics, requests: readonly RequestWindow[] | undefined): WindowPoint {
  const { checkoutsPerSecond, waitTimeUs, useTimeUs, connectTimeUs, healthCheckTimeUs, sliding } = metrics;
  return {
    at: performance.now(),
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
